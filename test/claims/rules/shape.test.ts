import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type BrokenRule, checked } from "./broken-rule.ts";

const EMAIL = 'user.email: { type: string, class: pii, maxLength: 60, purpose: "shown" }';
const ROLE = "{ value: staff.role, to: [access, id], effect: grants }";
const PHONE = "{ value: staff.phone, sealFor: [care-api], effect: informs }";
const STAFF = '  staff:\n    dynamodb: { table: "staff", key: { pk: "STAFF#{user.sub}" } }\n    trust: operator\n';
const SEAL = 'seal: { key: "{partition.key}"';
/** Of P-256, as KMS hands it out. */
const PUBLIC_KEY: string = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .publicKey.export({ type: "spki", format: "der" })
  .toString("base64");
const OFF_CURVE: string = `${PUBLIC_KEY.slice(0, 60)}${"A".repeat(PUBLIC_KEY.length - 62)}==`;
const drop = (line: string): readonly [string, string] => [line, ""];

const rules: readonly BrokenRule[] = [
  ["a map is YAML", "CS101", 'revision: §"1', ['revision: "1"', 'revision: "1']],
  ["no anchors", "CS102", "pool: §&pool", ["pool: {", "pool: &pool {"]],
  ["no aliases", "CS102", "limits: §*pool", ["limits: { accessToken: 5000, idToken: 3000 }", "limits: *pool"]],
  ["no tags", "CS102", "revision: §!!str", ['revision: "1"', 'revision: !!str "1"']],
  ["no merge keys", "CS102", "§<<: {", ["limits: { accessToken", "limits: { <<: { idToken: 400 }, accessToken"]],
  ["no key twice", "CS102", "idToken: 400, §idToken: 3000", ["idToken: 3000", "idToken: 400, idToken: 3000"]],
  [
    "one document",
    "CS102",
    "§---\nversion",
    ["limits: { accessToken: 5000, idToken: 3000 }", "limits: { accessToken: 5000, idToken: 3000 }\n---\nversion: 1"],
    ["version: 1\nname", "version: 1\nname"],
  ],
  ["no unknown key of a claim", "CS103", "§efect: grants", [ROLE, ROLE.replace("effect", "efect")]],
  ["no unknown key of the map", "CS103", "§limit: { accessToken", ["limits: {", "limit: {"]],
  [
    "a class is stated",
    "CS104",
    "§level: { type: int }",
    ["level: { type: int, class: open }", "level: { type: int }"],
  ],
  ["a private value has a purpose", "CS104", "§phone: { type", ['maxLength: 20, purpose: "called"', "maxLength: 20"]],
  ["a private input has a purpose", "CS104", "§user.email: {", [EMAIL, EMAIL.replace(', purpose: "shown"', "")]],
  [
    "the trust of a source is stated",
    "CS104",
    "§staff:\n    dynamodb",
    [STAFF, STAFF.replace("    trust: operator\n", "")],
  ],
  [
    "what a missing row means is stated",
    "CS104",
    "§partner:\n",
    [
      '    dynamodb: { table: partner, key: { pk: "{client.id}" } }\n    trust: operator\n    onMissing: deny\n',
      '    dynamodb: { table: partner, key: { pk: "{client.id}" } }\n    trust: operator\n',
    ],
  ],
  ["what a failed read means is stated", "CS104", "§members:\n", ["    onError: unknown\n", ""]],
  [
    "what reaches a resource server in the clear has an effect",
    "CS104",
    "§role: { value",
    [ROLE, "{ value: staff.role, to: [access] }"],
  ],
  [
    "what reaches a resource server under seal has an effect",
    "CS104",
    "§phone: { value",
    [PHONE, "{ value: staff.phone, sealFor: [care-api] }"],
  ],
  ["the pool's events are stated", "CS104", "§pool: {", ["events: V3, ", ""]],
  ["what usernames are is stated", "CS104", "§pool: {", [", usernames: opaque", ""]],
  ["what the ID token keeps is stated", "CS104", "§people:\n", drop("    idToken: { keep: [email] }\n")],
  [
    "what becomes of groups is stated",
    "CS104",
    "§people:\n",
    drop("    groups: { access: keep, id: keep, filter: staff.clinics }\n"),
  ],
  ["what becomes of self-service scopes is stated", "CS104", "§people:\n", drop("    selfServiceScopes: strip\n")],
  [
    "`idToken` says one of its ways",
    "CS104",
    "§idToken: { reason",
    ["idToken: { keep: [email] }", 'idToken: { reason: "x" }'],
  ],
  ["who drops says why", "CS104", "§idToken: { drop", ["idToken: { keep: [email] }", "idToken: { drop: [email] }"]],
  [
    "whoever can open an envelope is listed",
    "CS104",
    "§care-api:\n",
    drop('    readers: ["arn:aws:iam::111122223333:role/care"]\n'),
  ],
  [
    "a source is read in some way",
    "CS104",
    "§partner:\n",
    drop('    dynamodb: { table: partner, key: { pk: "{client.id}" } }\n'),
  ],
  [
    "a table is read by a key or a query",
    "CS104",
    "§dynamodb: { table: partner }",
    [', key: { pk: "{client.id}" } }', " }"],
  ],
  ["what more rows than the limit mean is stated", "CS104", "§query: {", [", onMore: cut", ""]],
  ["who signs says why", "CS104", "§declassify: {", [' reason: "statistics",', ""]],
  ["who signs is named", "CS104", "§declassify: {", [" approvedBy: dpo,", ""]],
  [
    "a value is of its kind",
    "CS105",
    "required: §maybe",
    [ROLE, "{ value: staff.role, to: [access], effect: grants, required: maybe }"],
  ],
  [
    "a class is one of three",
    "CS106",
    "level: { type: int, class: §public }",
    ["level: { type: int, class: open }", "level: { type: int, class: public }"],
  ],
  [
    "an effect is one of three",
    "CS106",
    "effect: §allows",
    [ROLE, "{ value: staff.role, to: [access], effect: allows }"],
  ],
  [
    "a residency is a region",
    "CS106",
    "residency: [§frankfurt",
    ["residency: [eu-central-1, us-east-1]", "residency: [frankfurt]"],
  ],
  ["custom attributes have a colon", "CS106", "§user.custom.wish:", ["user.custom:wish:", "user.custom.wish:"]],
  ["a template is whole", "CS107", 'pk: "STAFF#§{user.sub"', ['"STAFF#{user.sub}"', '"STAFF#{user.sub"']],
  [
    "the beginning of a key ends with fixed text",
    "CS107",
    'sk: §"ORG#{tenant.id}"',
    ['sk: "ORG#"', 'sk: "ORG#{tenant.id}"'],
  ],
  [
    "variables name infrastructure alone",
    "CS107",
    'value: "§${env:ROLE}"',
    [ROLE, '{ value: "${env:ROLE}", to: [access], effect: grants }'],
  ],
  [
    "a partition's names stand in tables, regions and keys alone",
    "CS107",
    "role/§{partition.suffix}",
    ["role/care", "role/{partition.suffix}"],
  ],
  ["`when: !x` is quoted", "CS108", "when: §!staff.role", ["when: 'staff.level > 0'", "when: !staff.role"]],
  [
    "a comma in braces is quoted",
    "CS108",
    "role: { value: §[staff.role",
    [ROLE, "{ value: [staff.role, 'a'], to: [access], effect: grants }"],
  ],
  [
    "text in an expression has quotes of its own",
    "CS108",
    "value: §'nurse'",
    [ROLE, "{ value: 'nurse', to: [access], effect: grants }"],
  ],
  ["a claim reaches somebody", "CS111", "§role: { value", [ROLE, "{ value: staff.role, effect: grants }"]],
  ["a list says something", "CS111", "to: §[]", [ROLE, "{ value: staff.role, to: [], effect: grants }"]],
  [
    "a rule for scopes changes something",
    "CS111",
    "- §{ when: 'staff.role",
    [`- { remove: [desk/read], when: 'staff.role == "nurse"' }`, `- { when: 'staff.role == "nurse"' }`],
  ],
  [
    "a rule does not add what it removes",
    "CS111",
    "add: [care/read], §remove",
    ["- { add: [care/read] }", "- { add: [care/read], remove: [care/read] }"],
  ],
  [
    "`otherwise` is for what restricts",
    "CS111",
    "§otherwise: nurse",
    [ROLE, "{ value: staff.role, to: [access], effect: grants, otherwise: nurse }"],
  ],
  [
    "what is required has no `otherwise`",
    "CS111",
    "effect: restricts, §otherwise: 0",
    ["effect: restricts, otherwise: 0", "effect: restricts, otherwise: 0, required: true"],
  ],
  [
    "a declassification is of a clear claim",
    "CS111",
    "§declassify: {",
    ["        value: domain(user.email)\n        to: [access]", "        value: domain(user.email)\n        to: [id]"],
  ],
  [
    "`user.sub` is never declared",
    "CS111",
    "§user.sub: {",
    [EMAIL, `${EMAIL}\n  user.sub: { type: string, class: open, maxLength: 36 }`],
  ],
  [
    "nobody states trust in the caller",
    "CS111",
    "class: open, §trust: operator, maxLength: 9 }\nsources",
    [
      "client.metadata.clinic: { type: string, class: open, maxLength: 9 }",
      "client.metadata.clinic: { type: string, class: open, trust: operator, maxLength: 9 }",
    ],
  ],
  [
    "nor in groups, which are Cognito's word",
    "CS111",
    "§trust: idp, maxItems: 5",
    ["class: open, maxItems: 5, maxLength: 20 }", "class: open, trust: idp, maxItems: 5, maxLength: 20 }"],
  ],
  ["a source is read in one way", "CS111", "§custom: hook", ["  partner:\n", "  partner:\n    custom: hook\n"]],
  [
    "a table is read by one of key and query",
    "CS111",
    '§query: { key: { pk: "{client.id}" }',
    [
      'key: { pk: "{client.id}" } }',
      'key: { pk: "{client.id}" }, query: { key: { pk: "{client.id}" }, limit: 1, onMore: cut } }',
    ],
  ],
  [
    "what has no key signs for none",
    "CS111",
    "§keyDeclassify: {",
    [
      '    dynamodb: { table: partner, key: { pk: "{client.id}" } }\n',
      '    custom: hook\n    keyDeclassify: { reason: "x", approvedBy: dpo }\n',
    ],
  ],
  [
    "an index is not read consistently",
    "CS111",
    "§consistent: true",
    [
      "      table: members\n      query: { key",
      "      table: members\n      consistent: true\n      query: { index: by-person, key",
    ],
  ],
  [
    "a sort key is given whole or by its beginning",
    "CS111",
    "§beginsWith: {",
    ['query: { key: { pk: "{user.sub}" }', 'query: { key: { pk: "{user.sub}", sk: "{user.sub}" }'],
  ],
  [
    "the region of a key is that of its ARN",
    "CS111",
    "§region: us-east-1 }\n    readers",
    [
      'key: "{partition.key}", region: "{partition.region}"',
      "key: arn:aws:kms:eu-central-1:111122223333:key/care, region: us-east-1",
    ],
  ],
  [
    "`idToken` says one of its ways alone",
    "CS111",
    "§unchanged: {",
    ["idToken: { keep: [email] }", 'idToken: { keep: [email], unchanged: { reason: "x" } }'],
  ],
  [
    "a reason belongs to `drop`",
    "CS111",
    "keep: [email], §reason",
    ["idToken: { keep: [email] }", 'idToken: { keep: [email], reason: "x" }'],
  ],
  ["a claim set uses no other", "CS103", "§use: [other]", ["  shared:\n", "  shared:\n    use: [other]\n"]],
  [
    "who leaves tokens untouched is named",
    "CS104",
    "§untouched: {",
    ["limits: {", "unmatched: { untouched: { reason: x } }\nlimits: {"],
  ],
  [
    "a key is sealed in a known mode",
    "CS106",
    "mode: §clear",
    ['seal: { key: "{partition.key}"', 'seal: { mode: clear, key: "{partition.key}"'],
  ],
  ["a reader is a role", "CS106", '§"arm:aws', ['readers: ["arn:aws', 'readers: ["arm:aws']],
  ["a query has a limit", "CS106", "limit: §0", ["limit: 5, onMore", "limit: 0, onMore"]],
  ["a table of a partition is a table", "CS106", "eu: { §suffix: a b", ["eu: { suffix: eu", "eu: { suffix: a b"]],
  [
    "a region of a partition is a region",
    "CS106",
    "suffix: eu, §region: europe",
    ["suffix: eu, region: eu-central-1", "suffix: eu, region: europe"],
  ],
  ["a public key is for `asymmetric`", "CS111", "§publicKey: ", [SEAL, `${SEAL}, publicKey: ${PUBLIC_KEY}`]],
  [
    "and so is a key that is one",
    "CS111",
    "§key: MFkw",
    [SEAL, `seal: { key: ${PUBLIC_KEY}`],
    [', region: "{partition.region}" }\n    readers', " }\n    readers"],
  ],
  ["there is one public key", "CS111", "§publicKey: ", [SEAL, `${SEAL}, mode: asymmetric, publicKey: ${PUBLIC_KEY}`]],
  [
    "a public key is a point of its curve",
    "CS106",
    "§key: MFkw",
    [SEAL, `seal: { mode: asymmetric, key: ${OFF_CURVE}`],
    [', region: "{partition.region}" }\n    readers', " }\n    readers"],
  ],
  ["data keys are for `envelope`", "CS111", "§dataKey: {", [SEAL, `${SEAL}, mode: direct, dataKey: { maxAge: 1h }`]],
  ["a data key lives for 5 minutes at least", "CS106", "§maxAge: 4m", [SEAL, `${SEAL}, dataKey: { maxAge: 4m }`]],
  ["and for a day at most", "CS106", "§maxAge: 25h", [SEAL, `${SEAL}, dataKey: { maxAge: 25h }`]],
];

describe("shape:", () => {
  test.for(rules)("%s (%s)", (rule) => {
    const { said, ok, expected } = checked(rule);
    expect(said).toContainEqual(expected);
    expect(ok).toBe(false);
  });
});
