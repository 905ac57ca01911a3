import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import { type BrokenRule, changed, checked, wholeMap } from "./broken-rule.ts";

const ROLE = "{ value: staff.role, to: [access, id], effect: grants }";
const WISH = 'user["custom:wish"]';
const CLINIC = "client.metadata.clinic";
const SIGNED = 'reason: "it was decided", approvedBy: sec';
const claim = (text: string): readonly [string, string] => [ROLE, `{ ${text} }`];
const wishTrusted = [
  "user.custom:wish: { type: string, class: open",
  "user.custom:wish: { type: string, class: open, trust: idp",
] as const;

const book = (key: string, level: string, trust = "operator"): readonly [string, string] => [
  "tenant: {",
  `  book:
    dynamodb: { table: book, ${key} }
    trust: ${trust}
    onMissing: empty
    onError: deny
    attributes:
      page: { type: string, class: ${level}, maxLength: 9 }
tenant: {`,
];
const PRIVATE = 'pii, purpose: "shown"';
const shown = [`role: ${ROLE}`, `role: ${ROLE}\n      page: { value: book.page, to: [id] }`] as const;
const granted = [
  `role: ${ROLE}`,
  `role: ${ROLE}\n      page: { value: book.page, to: [access], effect: grants }`,
] as const;

const rules: readonly BrokenRule[] = [
  [
    "what grants is not chosen by the caller",
    "CS501",
    "role: { value: §client.metadata.clinic",
    claim(`value: ${CLINIC}, to: [access], effect: grants`),
  ],
  [
    "what grants is not written by the person",
    "CS501",
    `role: { value: '§user["custom:wish"]'`,
    claim(`value: '${WISH}', to: [access], effect: grants`),
  ],
  [
    "what grants in an ID token is not either",
    "CS501",
    `role: { value: '§user["custom:wish"]'`,
    claim(`value: '${WISH}', to: [id], effect: grants`),
  ],
  [
    "what grants under seal is not either",
    "CS501",
    `role: { value: '§user["custom:wish"]'`,
    claim(`value: '${WISH}', sealFor: [care-api], effect: grants`),
  ],
  [
    "what decides a grant is not either",
    "CS501",
    `when: 'has(§user["custom:wish"])'`,
    claim(`value: staff.role, to: [access], effect: grants, when: 'has(${WISH})'`),
  ],
  [
    "what restricts is not chosen by the caller",
    "CS501",
    "role: { value: §client.metadata.clinic",
    claim(`value: ${CLINIC}, to: [access], effect: restricts`),
  ],
  [
    "what decides a restriction is not either",
    "CS501",
    "when: 'has(§client.metadata.clinic)'",
    ["when: 'staff.level > 0'", `when: 'has(${CLINIC})'`],
  ],
  [
    "what refuses is not written by the person",
    "CS501",
    `when: '§user["custom:wish"] == "a"'`,
    [`when: 'staff.level < 0'`, `when: '${WISH} == "a"'`],
  ],
  [
    "what adds a scope is not written by the person",
    "CS501",
    `when: '§user["custom:wish"] == "a"'`,
    [`when: '"care/write" in request.scopes && staff.level > 3'`, `when: '${WISH} == "a"'`],
  ],
  [
    "what removes a scope is not either",
    "CS501",
    `when: '§user["custom:wish"] == "a"'`,
    [`when: 'staff.role == "nurse"'`, `when: '${WISH} == "a"'`],
  ],
  [
    "a list of scopes to keep is not either",
    "CS501",
    `only: '[§user["custom:wish"]]'`,
    ["only: staff.clinics", `only: '[${WISH}]'`],
  ],
  [
    "what decides on that list is not either",
    "CS501",
    `when: '§user["custom:wish"] == "a"'`,
    ["when: 'staff.level > 8'", `when: '${WISH} == "a"'`],
  ],
  [
    "a filter of groups is not either",
    "CS501",
    `filter: '[§user["custom:wish"]]'`,
    ["filter: staff.clinics", `filter: '[${WISH}]'`],
  ],
  [
    "a partition is not either",
    "CS501",
    `by: '§user["custom:region"]'`,
    ["class: open, trust: idp, values", "class: open, values"],
  ],
  [
    "what a tenant is chosen from is not either",
    "CS501",
    `allowed: '[§user["custom:wish"]]'`,
    ["allowed: staff.clinics", `allowed: '[${WISH}]'`],
  ],
  [
    "a definition is trusted as if written in place",
    "CS501",
    "level: { value: §def.seniority",
    ['seniority: "staff.level"', `seniority: 'size(${WISH})'`],
  ],
  [
    "a source is trusted as it says",
    "CS501",
    "page: { value: §book.page",
    book('key: { pk: "{user.sub}" }', "open", "user"),
    granted,
  ],
  [
    "whoever chooses the key chooses the row",
    "CS501",
    "page: { value: §book.page",
    book(`key: { pk: "{${CLINIC}}" }`, "open"),
    granted,
  ],
  [
    "by what a query's key begins with, too",
    "CS501",
    'page: { value: "§book[0].page"',
    book(`query: { key: { pk: "{user.sub}" }, beginsWith: { sk: "{${CLINIC}}#" }, limit: 1, onMore: cut }`, "open"),
    [granted[0], granted[1].replace("book.page", '"book[0].page"')],
  ],
  [
    "how many rows there are is trusted as the rows are",
    "CS501",
    'page: { value: "§book.size()"',
    book('query: { key: { pk: "{user.sub}" }, limit: 1, onMore: cut }', "open", "user"),
    [granted[0], granted[1].replace("book.page", '"book.size()"')],
  ],
  [
    "a tenant is trusted as what it is chosen from",
    "CS501",
    "tenant_id: { value: §tenant.id",
    ["allowed: staff.clinics", `allowed: '[${WISH}]'`],
  ],
  [
    "what a partition gives is trusted as what it is chosen by",
    "CS501",
    "role: { value: §partition.suffix",
    ["class: open, trust: idp, values", "class: open, values"],
    claim("value: partition.suffix, to: [access], effect: grants"),
  ],

  [
    "asked-for scopes are no value of a grant",
    "CS501",
    `role: { value: '"care/read" in §request.scopes'`,
    claim(`value: '"care/read" in request.scopes', to: [access], effect: grants`),
  ],
  [
    "nor under `!`",
    "CS501",
    `when: '!("care/read" in §request.scopes)'`,
    claim(`value: staff.role, to: [access], effect: grants, when: '!("care/read" in request.scopes)'`),
  ],
  [
    "nor compared",
    "CS501",
    `when: '("care/read" in §request.scopes) == false'`,
    claim(`value: staff.role, to: [access], effect: grants, when: '("care/read" in request.scopes) == false'`),
  ],
  [
    "nor in `?:`",
    "CS501",
    `when: '"care/read" in §request.scopes ? false : true'`,
    claim(`value: staff.role, to: [access], effect: grants, when: '"care/read" in request.scopes ? false : true'`),
  ],
  [
    "nor in a macro",
    "CS501",
    `when: '[1].all(e, "care/read" in §request.scopes)'`,
    claim(`value: staff.role, to: [access], effect: grants, when: '[1].all(e, "care/read" in request.scopes)'`),
  ],
  [
    "nor in a binding",
    "CS501",
    `when: 'cel.bind(a, "care/read" in §request.scopes, !a)'`,
    claim(`value: staff.role, to: [access], effect: grants, when: 'cel.bind(a, "care/read" in request.scopes, !a)'`),
  ],
  [
    "nor in a function",
    "CS501",
    `when: 'size(§request.scopes) < 3'`,
    claim(`value: staff.role, to: [access], effect: grants, when: 'size(request.scopes) < 3'`),
  ],
  [
    "nor by a name that data choose",
    "CS501",
    "when: 'staff.role in §request.scopes'",
    claim("value: staff.role, to: [access], effect: grants, when: 'staff.role in request.scopes'"),
  ],
  [
    "nor turned round by what is around a definition",
    "CS501",
    "when: '!(§def.asks)'",
    ["when: def.asks", "when: '!(def.asks)'"],
  ],
  [
    "nor in another list of the caller's",
    "CS501",
    `when: '"a" in [§client.metadata.clinic]'`,
    claim(`value: staff.role, to: [access], effect: grants, when: '"a" in [client.metadata.clinic]'`),
  ],
  [
    "nor to restrict",
    "CS501",
    `when: '"care/read" in §request.scopes'`,
    ["when: 'staff.level > 0'", `when: '"care/read" in request.scopes'`],
  ],
  [
    "nor to refuse",
    "CS501",
    `when: '"care/read" in §request.scopes'`,
    [`when: 'staff.level < 0'`, `when: '"care/read" in request.scopes'`],
  ],
  [
    "nor to remove",
    "CS501",
    `when: '"care/read" in §request.scopes'`,
    [`when: 'staff.role == "nurse"'`, `when: '"care/read" in request.scopes'`],
  ],
  [
    "nor to add and remove",
    "CS501",
    `when: '"care/read" in §request.scopes'`,
    [
      `- { remove: [desk/read], when: 'staff.role == "nurse"' }`,
      `- { add: [care/read], remove: [desk/read], when: '"care/read" in request.scopes' }`,
    ],
    ["- { add: [care/read] }", "- { add: [care/write] }"],
  ],
  [
    "nor to keep to a list",
    "CS501",
    `when: '"care/read" in §request.scopes'`,
    ["when: 'staff.level > 8'", `when: '"care/read" in request.scopes'`],
  ],
  [
    "nor to add and keep to a list",
    "CS501",
    `when: '"care/read" in §request.scopes'`,
    [
      "- { only: staff.clinics, when: 'staff.level > 8' }",
      `- { add: [desk/read], only: staff.clinics, when: '"care/read" in request.scopes' }`,
    ],
  ],
  ["nor as the list", "CS501", "only: §request.scopes", ["only: staff.clinics", "only: request.scopes"]],

  [
    "nobody chooses a row with private attributes",
    "CS502",
    "dynamodb: { table: book, §key",
    book(`key: { pk: "{${CLINIC}}" }`, PRIVATE),
    shown,
  ],
  [
    "nor by a query",
    "CS502",
    'query: { §key: { pk: "{client.metadata.clinic}" }',
    book(`query: { key: { pk: "{${CLINIC}}" }, limit: 1, onMore: cut }`, PRIVATE),
    [shown[0], shown[1].replace("book.page", '"book[0].page"')],
  ],
  [
    "nor by what they wrote",
    "CS408",
    "dynamodb: { table: book, §key",
    book(`key: { pk: '{${WISH}}' }`, PRIVATE),
    shown,
  ],
  [
    "nor by what an identity provider says",
    "CS408",
    "dynamodb: { table: book, §key",
    wishTrusted,
    book(`key: { pk: '{${WISH}}' }`, PRIVATE),
    shown,
  ],
  [
    "an endorsement is of something that is read",
    "CS503",
    "endorse: { of: [§staff.level]",
    claim(`value: staff.role, to: [access], effect: grants, endorse: { of: [staff.level], ${SIGNED} }`),
  ],
  [
    "an endorsement covers what it names alone",
    "CS501",
    `role: { value: 'client.metadata.clinic + §user["custom:wish"]'`,
    claim(`value: '${CLINIC} + ${WISH}', to: [access], effect: grants, endorse: { of: [${CLINIC}], ${SIGNED} }`),
  ],
];

describe("trust:", () => {
  test.for(rules)("%s (%s)", (rule) => {
    const { said, ok, expected } = checked(rule);
    expect(said).toContainEqual(expected);
    expect(ok).toBe(false);
  });

  test.for<readonly [what: string, ...changes: readonly (readonly [string, string])[]]>([
    ["a claim that informs, whoever wrote it", claim(`value: '${WISH}', to: [access], effect: informs`)],
    ["an ID token's claim without an effect", claim(`value: '${WISH}', to: [id]`)],
    ["what an identity provider says, to grant", wishTrusted, claim(`value: '${WISH}', to: [access], effect: grants`)],
    [
      "what somebody vouched for",
      claim(`value: '${WISH}', to: [access], effect: grants, endorse: { of: ['${WISH}'], ${SIGNED} }`),
    ],
    [
      "a condition somebody vouched for",
      claim(
        `value: staff.role, to: [access], effect: grants, when: '${WISH} == "a"', endorse: { of: ['${WISH}'], ${SIGNED} }`,
      ),
    ],
    [
      "Cognito's own word: groups, the client and `sub`",
      claim('value: "user.groups[0] + client.id + user.sub", to: [access], effect: grants'),
    ],
    ["a tenant that the caller asks for", claim("value: tenant.id, to: [access], effect: grants")],
    [
      "a scope that is asked for, among other conditions",
      claim(
        `value: staff.role, to: [access], effect: grants, when: '"care/read" in request.scopes || (staff.level > 1 && "care/write" in request.scopes)'`,
      ),
    ],
    [
      "a private row of a tenant that an identity provider allows",
      ["trust: operator\n    residency", "trust: idp\n    residency"],
      book('key: { pk: "{tenant.id}" }', PRIVATE),
      shown,
    ],
    ["a private row of the tenant", book('key: { pk: "{tenant.id}" }', PRIVATE), shown],
    [
      "a private row in a table by what an identity provider says",
      ["limit: { type: int, class: open }", 'limit: { type: int, class: pii, purpose: "shown" }'],
      ["limit: { value: rooms.limit, to: [access], effect: restricts", "limit: { value: rooms.limit, to: [id]"],
    ],
    ["an open row that the caller chooses", book(`key: { pk: "{${CLINIC}}" }`, "open"), shown],
  ])("lets pass: %s", ([, ...changes]) => {
    expect(checkClaimMap(changed(wholeMap, changes), { strict: true }).findings).toEqual([]);
  });
});
