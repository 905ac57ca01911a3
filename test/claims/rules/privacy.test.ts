import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import { type BrokenRule, changed, checked, wholeMap } from "./broken-rule.ts";

const ROLE = "{ value: staff.role, to: [access, id], effect: grants }";
const PHONE = "{ value: staff.phone, sealFor: [care-api], effect: informs }";
const EMAIL = 'user.email: { type: string, class: pii, maxLength: 60, purpose: "shown" }';
const REGION = "user.custom:region: { type: string, class: open, trust: idp, values: [eu, us] }";
const GROUPS = "user.groups: { type: list<string>, class: open, maxItems: 5, maxLength: 20 }";
const SIGNED = 'reason: "it was decided", approvedBy: dpo';
const privateRegion = [REGION, REGION.replace("class: open", 'class: pii, purpose: "residency"')] as const;
const openKeys = [
  'seal: { key: "{partition.key}", region: "{partition.region}" }',
  "seal: { key: arn:aws:kms:eu-central-1:111122223333:key/care }",
] as const;

/** A claim of the access token in place of `role`. */
const clear = (claim: string): readonly [string, string] => [ROLE, `{ ${claim}, to: [access], effect: informs }`];
/** A further source, read by a further claim. */
const source = (key: string, rest = ""): readonly [string, string] => [
  "tenant: {",
  `  book:
    dynamodb: { table: book, ${key} }${rest}
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      page: { type: string, class: open, maxLength: 9 }
tenant: {`,
];
const reading = (claim: string): readonly [string, string] => [`role: ${ROLE}`, `role: ${ROLE}\n      page: ${claim}`];
const PAGE = "{ value: book.page, to: [access], effect: informs }";
const declassify = (value: string, of: string, through: string, rest = ""): readonly [string, string] => [
  ROLE,
  `{ value: "${value}", to: [access], effect: informs, declassify: { of: [${of}], through: ${through}, to: open, ${SIGNED}${rest} } }`,
];

const rules: readonly BrokenRule[] = [
  ["pii is never in the clear", "CS401", "role: { value: §staff.phone", clear("value: staff.phone")],
  ["sensitive is never in the clear", "CS401", "role: { value: §staff.blood", clear("value: staff.blood")],
  ["a function lowers no class", "CS401", 'role: { value: "size(§staff.phone)"', clear('value: "size(staff.phone)"')],
  [
    "every part of a value counts",
    "CS401",
    `role: { value: "staff.role + §staff.phone"`,
    clear('value: "staff.role + staff.phone"'),
  ],
  ["`has()` reads", "CS401", 'role: { value: "has(§staff.phone)"', clear('value: "has(staff.phone)"')],
  ["`.?` reads", "CS401", 'role: { value: "§staff.?phone.hasValue()"', clear('value: "staff.?phone.hasValue()"')],
  [
    "what a binding names counts",
    "CS401",
    'role: { value: "cel.bind(p, §staff.phone, p)"',
    clear('value: "cel.bind(p, staff.phone, p)"'),
  ],
  [
    "an attribute of rows counts",
    "CS401",
    'role: { value: "members.map(m, §m.note)"',
    clear('value: "members.map(m, m.note)"'),
  ],
  [
    "what decides which rows count, counts",
    "CS401",
    `role: { value: "members.filter(m, §m.note == 'a').size()"`,
    clear(`value: "members.filter(m, m.note == 'a').size()"`),
  ],
  [
    "a definition is classed as if written in place",
    "CS401",
    "role: { value: §def.seniority",
    ['seniority: "staff.level"', 'seniority: "size(staff.phone)"'],
    clear("value: def.seniority"),
  ],
  [
    "groups that nobody declared are pii",
    "CS401",
    'role: { value: "§user.groups[0]"',
    [`  ${GROUPS}\n`, ""],
    clear('value: "user.groups[0]"'),
  ],
  [
    "how many rows there are is as private as the least private of what they hold",
    "CS401",
    'role: { value: "§members.size()"',
    [
      "org: { type: string, class: open, maxLength: 9 }",
      'org: { type: string, class: pii, purpose: "shown", maxLength: 9 }',
    ],
    clear('value: "members.size()"'),
  ],
  [
    "a tenant is as private as what is asked for",
    "CS401",
    "tenant_id: { value: §tenant.id",
    ["clinic: { type: string, class: open", 'clinic: { type: string, class: pii, purpose: "care"'],
  ],
  [
    "a tenant is as private as what it is chosen from",
    "CS401",
    "tenant_id: { value: §tenant.id",
    ["clinics: { type: list<string>, class: open", 'clinics: { type: list<string>, class: pii, purpose: "care"'],
  ],
  [
    "a tenant is as private as its default",
    "CS401",
    "tenant_id: { value: §tenant.id",
    ['default: "staff.clinics[0]"', "default: staff.phone"],
  ],
  [
    "an attribute is as private as its row's key",
    "CS401",
    "page: { value: §book.page",
    source('key: { pk: "{user.email}" }'),
    reading(PAGE),
  ],
  [
    "an attribute is as private as a query's key",
    "CS401",
    'page: { value: "§book[0].page"',
    source('query: { key: { pk: "{user.email}" }, limit: 1, onMore: cut }'),
    reading('{ value: "book[0].page", to: [access], effect: informs }'),
  ],
  [
    "an attribute is as private as what a query's key begins with",
    "CS401",
    'page: { value: "§book[0].page"',
    source('query: { key: { pk: "{user.sub}" }, beginsWith: { sk: "{user.email}#" }, limit: 1, onMore: cut }'),
    reading('{ value: "book[0].page", to: [access], effect: informs }'),
  ],
  [
    "rows found by a private key are counted in private",
    "CS401",
    'page: { value: "§book.size()"',
    source('query: { key: { pk: "{user.email}" }, limit: 1, onMore: cut }'),
    reading('{ value: "book.size()", to: [access], effect: informs }'),
  ],
  [
    "a row of a private row is private",
    "CS401",
    "page: { value: §book.page",
    source('key: { pk: "{staff.phone}" }'),
    reading(PAGE),
  ],
  [
    "a row of a private tenant is private",
    "CS401",
    "ward: { value: §rooms.ward",
    ["clinics: { type: list<string>, class: open", 'clinics: { type: list<string>, class: pii, purpose: "care"'],
  ],
  [
    "a table of a private partition is private",
    "CS401",
    "ward: { value: §rooms.ward",
    privateRegion,
    openKeys,
    ['region: "{partition.region}", key: { pk: "{tenant.id}" }', 'region: eu-central-1, key: { pk: "{tenant.id}" }'],
  ],
  [
    "a region of a private partition is private",
    "CS401",
    "ward: { value: §rooms.ward",
    privateRegion,
    openKeys,
    ['table: "rooms-{partition.suffix}"', "table: rooms"],
  ],
  [
    "what a private partition gives is private",
    "CS401",
    "role: { value: §partition.suffix",
    privateRegion,
    openKeys,
    clear("value: partition.suffix"),
  ],
  [
    "nobody can sign for a sensitive key",
    "CS401",
    "page: { value: §book.page",
    source('key: { pk: "{staff.blood}" }', `\n    keyDeclassify: { ${SIGNED} }`),
    reading(PAGE),
  ],
  [
    "a signature for a sensitive key is refused",
    "CS409",
    "§keyDeclassify:",
    source('key: { pk: "{staff.blood}" }', `\n    keyDeclassify: { ${SIGNED} }`),
    reading(PAGE),
  ],
  [
    "a signature for an open key is refused",
    "CS409",
    "§keyDeclassify:",
    source('key: { pk: "{user.sub}" }', `\n    keyDeclassify: { ${SIGNED} }`),
    reading(PAGE),
  ],

  [
    "a private value decides no clear claim",
    "CS402",
    'when: "has(§staff.phone)"',
    [ROLE, '{ value: staff.role, to: [access], effect: grants, when: "has(staff.phone)" }'],
  ],
  [
    "a private value adds no scope",
    "CS402",
    "add: [desk/read], when: 'has(§staff.phone)'",
    ["- { add: [care/read] }", "- { add: [desk/read], when: 'has(staff.phone)' }"],
  ],
  [
    "a private value removes no scope",
    "CS402",
    `when: '§staff.phone == "1"'`,
    [`when: 'staff.role == "nurse"'`, `when: 'staff.phone == "1"'`],
  ],
  [
    "a private value is in no list of scopes to keep",
    "CS402",
    'only: "[§staff.phone]"',
    ["only: staff.clinics", 'only: "[staff.phone]"'],
  ],
  [
    "a private value decides on no list of scopes to keep",
    "CS402",
    "when: 'has(§staff.phone)'",
    ["when: 'staff.level > 8'", "when: 'has(staff.phone)'"],
  ],
  [
    "a sensitive value decides no scope",
    "CS402",
    "add: [desk/read], when: 'has(§staff.blood)'",
    ["- { add: [care/read] }", "- { add: [desk/read], when: 'has(staff.blood)' }"],
  ],
  ["a private partition chooses no key", "CS402", `by: '§user["custom:region"]'`, privateRegion],
  [
    "a private partition chooses no region of a key",
    "CS402",
    `by: '§user["custom:region"]'`,
    privateRegion,
    ['seal: { key: "{partition.key}"', 'seal: { key: "${env:CARE_KEY}"'],
  ],
  [
    "a private value filters no groups of an access token",
    "CS402",
    'filter: "[§staff.phone]"',
    ["filter: staff.clinics", 'filter: "[staff.phone]"'],
  ],
  [
    "a sensitive value filters no groups of an ID token",
    "CS402",
    'filter: "[§staff.blood]"',
    [
      "groups: { access: keep, id: keep, filter: staff.clinics }",
      'groups: { access: strip, id: keep, filter: "[staff.blood]" }',
    ],
  ],

  [
    "sensitive is never in an ID token",
    "CS403",
    "role: { value: §staff.blood",
    [ROLE, "{ value: staff.blood, to: [id] }"],
  ],
  [
    "sensitive decides no claim of an ID token",
    "CS403",
    "when: 'has(§staff.blood)'",
    [ROLE, "{ value: staff.role, to: [id], when: 'has(staff.blood)' }"],
  ],
  [
    "sensitive is in no ID token beside a seal",
    "CS403",
    "phone: { value: §staff.blood",
    [PHONE, "{ value: staff.blood, sealFor: [care-api], to: [id], effect: informs }"],
  ],
  ["an ID token keeps no sensitive attribute", "CS403", "keep: [§email]", [EMAIL, EMAIL.replace("pii", "sensitive")]],
  [
    "`drop` leaves no sensitive attribute",
    "CS403",
    "§idToken: { drop:",
    [EMAIL, EMAIL.replace("pii", "sensitive")],
    ["idToken: { keep: [email] }", 'idToken: { drop: ["custom:wish"], reason: "shown" }'],
  ],
  [
    "`unchanged` leaves no sensitive attribute",
    "CS403",
    "§idToken: { unchanged:",
    [EMAIL, EMAIL.replace("pii", "sensitive")],
    ["idToken: { keep: [email] }", 'idToken: { unchanged: { reason: "shown" } }'],
  ],
  [
    "an ID token keeps no sensitive groups",
    "CS403",
    "groups: { access: strip, §id: keep }",
    [GROUPS, GROUPS.replace("class: open", 'class: sensitive, purpose: "x"')],
    ["groups: { access: keep, id: keep, filter: staff.clinics }", "groups: { access: strip, id: keep }"],
  ],

  [
    "a claim is not sealed and in the clear in one token",
    "CS404",
    "role: { value: staff.role, §sealFor",
    [ROLE, "{ value: staff.role, sealFor: [care-api], to: [access], effect: grants }"],
  ],

  [
    "a value is sealed in its source's regions",
    "CS405",
    "phone: { value: staff.phone, sealFor: [§care-api]",
    openKeys,
    ["residency: [eu-central-1, us-east-1]", "residency: [us-east-1]"],
  ],
  [
    "in its regions in every partition",
    "CS405",
    "phone: { value: staff.phone, sealFor: [§care-api]",
    ["residency: [eu-central-1, us-east-1]", "residency: [eu-central-1]"],
  ],
  [
    "in its regions by the key's ARN, where no region is stated",
    "CS405",
    "phone: { value: staff.phone, sealFor: [§care-api]",
    ["residency: [eu-central-1, us-east-1]", "residency: [us-east-1]"],
    ['key: "{partition.key}", region: "{partition.region}"', 'key: "{partition.key}"'],
  ],
  [
    "a key without a region is in none of them",
    "CS405",
    "phone: { value: staff.phone, sealFor: [§care-api]",
    [openKeys[0], 'seal: { key: "${env:CARE_KEY}" }'],
  ],
  [
    "what decides a sealed claim is in it too",
    "CS405",
    `phone: { value: '"1"', sealFor: [§care-api]`,
    openKeys,
    ["residency: [eu-central-1, us-east-1]", "residency: [us-east-1]"],
    [PHONE, `{ value: '"1"', sealFor: [care-api], effect: informs, when: "has(staff.phone)" }`],
  ],
  [
    "a tenant is a value of the source it is chosen from",
    "CS405",
    "phone: { value: tenant.id, sealFor: [§care-api]",
    openKeys,
    ["residency: [eu-central-1, us-east-1]", "residency: [us-east-1]"],
    [PHONE, "{ value: tenant.id, sealFor: [care-api], effect: informs }"],
    ["blood: { value: staff.blood, sealFor: [care-api]", "blood: { value: staff.role, to: [id]"],
  ],

  [
    "groups stay in the access token only if they are declared open",
    "CS406",
    "groups: { §access: keep",
    [GROUPS, GROUPS.replace("class: open", 'class: pii, purpose: "x"')],
  ],
  [
    "groups that nobody declared do not stay in the access token",
    "CS406",
    "groups: { §access: keep",
    [`  ${GROUPS}\n`, ""],
  ],
  [
    "groups that only a filter keeps are groups that stay",
    "CS406",
    "groups: { §access: keep, id: strip, filter: native }",
    [GROUPS, GROUPS.replace("class: open", 'class: pii, purpose: "x"')],
    [
      "groups: { access: keep, id: keep, filter: staff.clinics }",
      "groups: { access: keep, id: strip, filter: native }",
    ],
  ],

  [
    "Cognito's own personal attributes are at least pii",
    "CS407",
    "user.email: { type: string, §class: open",
    [EMAIL, "user.email: { type: string, class: open, maxLength: 60 }"],
  ],
  [
    "an alias is personal too",
    "CS407",
    "user.cognito:email_alias: { type: string, §class: open",
    [EMAIL, `${EMAIL}\n  user.cognito:email_alias: { type: string, class: open, maxLength: 60 }`],
  ],

  [
    "a declassification covers a reference that is read",
    "CS409",
    "of: [§staff.blood]",
    declassify("domain(staff.phone)", "staff.blood", "domain"),
  ],
  [
    "a declassification covers what is private",
    "CS409",
    "of: [§staff.role]",
    declassify("domain(staff.role)", "staff.role", "domain"),
  ],
  [
    "nobody can sign for a sensitive value in the clear",
    "CS409",
    "of: [§staff.blood]",
    declassify("last(staff.blood, 1)", "staff.blood", "last"),
  ],
  [
    "and it stays private",
    "CS401",
    'role: { value: "last(§staff.blood, 1)"',
    declassify("last(staff.blood, 1)", "staff.blood", "last"),
  ],
  [
    "a declassification names a function of the language",
    "CS409",
    "§through: domian",
    declassify("domain(staff.phone)", "staff.phone", "domian"),
  ],
  [
    "a declassified value passes that function",
    "CS409",
    "of: [§staff.phone]",
    declassify("last(staff.phone, 1)", "staff.phone", "domain"),
  ],
  [
    "through another it stays private",
    "CS401",
    'role: { value: "last(§staff.phone, 1)"',
    declassify("last(staff.phone, 1)", "staff.phone", "domain"),
  ],
  [
    "beside that function it stays private",
    "CS401",
    'role: { value: "domain(staff.phone) + §staff.phone"',
    declassify("domain(staff.phone) + staff.phone", "staff.phone", "domain"),
  ],
  [
    "another value through that function stays private",
    "CS401",
    'role: { value: "domain(staff.phone) + domain(§user.email)"',
    declassify("domain(staff.phone) + domain(user.email)", "staff.phone", "domain"),
  ],
  [
    "a bound value is declassified where it is read alone",
    "CS401",
    'role: { value: "cel.bind(p, §staff.phone, domain(p))"',
    declassify("cel.bind(p, staff.phone, domain(p))", "staff.phone", "domain"),
  ],
  [
    "a map that is not enumerated declassifies nothing",
    "CS401",
    `role: { value: "{staff.role: 'a'}[§staff.phone]"`,
    declassify("{staff.role: 'a'}[staff.phone]", "staff.phone", "map"),
  ],
  [
    "a declared map declassifies nothing",
    "CS401",
    `role: { value: "staff.clinics[size(§staff.phone)]"`,
    declassify("staff.clinics[size(staff.phone)]", "staff.phone", "map"),
  ],
  [
    "a list declassifies nothing",
    "CS401",
    `role: { value: "§staff.phone in ['a']"`,
    declassify("staff.phone in ['a']", "staff.phone", "map"),
  ],
  [
    "what an enumerated map holds is not declassified",
    "CS401",
    `role: { value: "{'a': §user.email}[staff.phone]"`,
    declassify("{'a': user.email}[staff.phone]", "staff.phone, user.email", "map"),
  ],
  [
    "a condition is declassified like a value",
    "CS402",
    "when: 'has(§user.email)'",
    [
      `declassify: { of: [user.email], through: domain, to: open, reason: "statistics", approvedBy: dpo, until: 2099-12-31 }`,
      `when: 'has(user.email)'\n        declassify: { of: [user.email], through: domain, to: open, reason: "statistics", approvedBy: dpo, until: 2099-12-31 }`,
    ],
  ],

  [
    "sensitive values are read through no index",
    "CS410",
    "§blood: { type: string",
    [
      'dynamodb: { table: "staff", key: { pk: "STAFF#{user.sub}" } }',
      'dynamodb: { table: "staff", query: { index: by-person, key: { pk: "{user.sub}" }, limit: 1, onMore: cut } }',
    ],
  ],
];

describe("privacy:", () => {
  test.for(rules)("%s (%s)", (rule) => {
    const { said, ok, expected } = checked(rule);
    expect(said).toContainEqual(expected);
    expect(ok).toBe(false);
  });

  const until = ["until: 2099-12-31", "until: 2026-11-22"] as const;

  test("a declassification ends after its last day (CS409)", () => {
    const { said, expected } = checked(["", "CS409", "approvedBy: dpo, §until: 2026-11-22", until], {
      today: "2026-11-23",
    });
    expect(said).toEqual([expected]);
    expect(checkClaimMap(changed(wholeMap, [until]), { strict: true, today: "2026-11-22" }).findings).toEqual([]);
  });

  test.for<readonly [what: string, ...changes: readonly (readonly [string, string])[]]>([
    ["a map that breaks no rule"],
    ["pii in an ID token", [ROLE, "{ value: staff.phone, to: [id] }"]],
    [
      "pii that filters the groups of an ID token",
      [
        "groups: { access: keep, id: keep, filter: staff.clinics }",
        'groups: { access: strip, id: keep, filter: "[staff.phone]" }',
      ],
    ],
    [
      "groups that are stripped, whatever their class",
      ["groups: { access: keep, id: keep, filter: staff.clinics }", "groups: strip"],
      [`  ${GROUPS}\n`, ""],
    ],
    [
      "a pii key that somebody signed for",
      source('key: { pk: "{user.email}" }', `\n    keyDeclassify: { ${SIGNED} }`),
      reading(PAGE),
    ],
    ["a value declassified through an enumerated map", declassify("{'a': 'x'}[staff.phone]", "staff.phone", "map")],
    ["a value declassified as a key of an enumerated map", declassify("staff.phone in {'a': 1}", "staff.phone", "map")],
    [
      "a value declassified through a function inside another",
      declassify("size(domain(staff.phone))", "staff.phone", "domain"),
    ],
    [
      "a declassified value as an index writes it",
      [
        ROLE,
        `{ value: 'domain(staff["phone"])', to: [access], effect: informs, declassify: { of: ['staff["phone"]'], through: domain, to: open, ${SIGNED} } }`,
      ],
    ],
    [
      "a sensitive value that refuses a token",
      ["'staff.level < 0', code: BLOCKED", "'has(staff.blood)', code: BLOCKED"],
    ],
  ])("lets pass: %s", ([, ...changes]) => {
    expect(checkClaimMap(changed(wholeMap, changes), { strict: true, today: "2026-11-22" }).findings).toEqual([]);
  });
});
