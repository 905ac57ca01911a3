import { expect, test } from "vitest";
import { checkNames } from "../../../claims/checks/names.ts";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { COMPLETE, edited, MINIMAL, shown, wellFormed } from "../map-files.ts";

/** What is wrong, the edit that makes it so, and every finding about names: place, code, message and fix. */
type Case = readonly [title: string, edit: readonly [from: string, to: string], ...expected: readonly string[]];

/** A claim that is sealed and goes to the ID token too. */
const LICENCE = / {6}licence_no:\n(?: {8}.*\n)+/.exec(COMPLETE)?.[0] ?? "";

test("a map whose names are its own has no finding", () => {
  expect(checkNames(wellFormed(COMPLETE))).toEqual([]);
  expect(checkNames(wellFormed(MINIMAL))).toEqual([]);
});

test.for<Case>([
  [
    "sub in an access token",
    ["      profession: { value: staff", "      sub: { value: staff"],
    "58:7 CS201 claim `sub` is kept by Cognito in access tokens\nChoose another name.",
  ],
  [
    "username in both",
    ["      profession: { value: staff", "      username: { value: staff"],
    "58:7 CS201 claim `username` is kept by Cognito in access tokens\nChoose another name.",
  ],
  [
    "groups as a claim",
    ["      profession: { value: staff", '      "cognito:groups": { value: staff'],
    "58:7 CS201 claim `cognito:groups` is kept by Cognito in access tokens\nChoose another name.",
  ],
  [
    "any name of a family of Cognito's",
    ["      profession: { value: staff", '      "dev:x": { value: staff'],
    "58:7 CS201 claim `dev:x` is kept by Cognito in access tokens\nChoose another name.",
  ],
])("a claim under a name that Cognito keeps is refused: %s", ([, edit, ...expected]) => {
  expect(shown(checkNames(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "sub",
    [LICENCE, "      sub: { value: staff.licenceNo, sealFor: [care-api], effect: informs }\n"],
    "60:7 CS202 claim `sub` is kept for what binds an envelope\nChoose another name.",
  ],
  [
    "iat",
    [LICENCE, "      iat: { value: staff.licenceNo, sealFor: [care-api], effect: informs }\n"],
    "60:7 CS202 claim `iat` is kept for what binds an envelope\nChoose another name.",
  ],
  [
    "exp",
    [LICENCE, "      exp: { value: staff.licenceNo, sealFor: [care-api], effect: informs }\n"],
    "60:7 CS202 claim `exp` is kept for what binds an envelope\nChoose another name.",
  ],
  [
    "nbf",
    [LICENCE, "      nbf: { value: staff.licenceNo, sealFor: [care-api], effect: informs }\n"],
    "60:7 CS202 claim `nbf` is kept for what binds an envelope\nChoose another name.",
  ],
  [
    "iss",
    [LICENCE, "      iss: { value: staff.licenceNo, sealFor: [care-api], effect: informs }\n"],
    "60:7 CS202 claim `iss` is kept for what binds an envelope\nChoose another name.",
  ],
  [
    "aud",
    [LICENCE, "      aud: { value: staff.licenceNo, sealFor: [care-api], effect: informs }\n"],
    "60:7 CS202 claim `aud` is kept for what binds an envelope\nChoose another name.",
  ],
  [
    "jti",
    [LICENCE, "      jti: { value: staff.licenceNo, sealFor: [care-api], effect: informs }\n"],
    "60:7 CS202 claim `jti` is kept for what binds an envelope\nChoose another name.",
  ],
  [
    "pool",
    [LICENCE, "      pool: { value: staff.licenceNo, sealFor: [care-api], effect: informs }\n"],
    "60:7 CS202 claim `pool` is kept for what binds an envelope\nChoose another name.",
  ],
  [
    "client_id",
    [LICENCE, "      client_id: { value: staff.licenceNo, sealFor: [care-api], effect: informs }\n"],
    "60:7 CS202 claim `client_id` is kept for what binds an envelope\nChoose another name.",
  ],
])("a sealed claim under a name that binds an envelope is refused: %s", ([, edit, ...expected]) => {
  expect(shown(checkNames(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "an envelope",
    ["      profession: { value: staff", "      sealed_care_api: { value: staff"],
    "58:7 CS203 claim `sealed_care_api` is kept for claimseal itself\nChoose another name.",
  ],
  [
    "the map's version",
    ["      profession: { value: staff", "      cmv: { value: staff"],
    "58:7 CS203 claim `cmv` is kept for claimseal itself\nChoose another name.",
  ],
])("a claim under a name of claimseal's is refused: %s", ([, edit, ...expected]) => {
  expect(shown(checkNames(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "a blank",
    ["      profession: { value: staff", '      "the profession": { value: staff'],
    "58:7 CS204 claim `the profession` has characters that not every gateway lets pass\nUse `A-Z`, `a-z`, `0-9` and `_ : . / -` only.",
  ],
  [
    "a letter beyond ASCII",
    ["      profession: { value: staff", "      métier: { value: staff"],
    "58:7 CS204 claim `métier` has characters that not every gateway lets pass\nUse `A-Z`, `a-z`, `0-9` and `_ : . / -` only.",
  ],
])("a claim whose name gateways would mangle is refused: %s", ([, edit, ...expected]) => {
  expect(shown(checkNames(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "a reserved name",
    ["      profession: { value: staff", "      Sub: { value: staff"],
    "58:7 CS205 claim `Sub` reads like `sub`, kept by Cognito in access tokens\nChoose another name.",
  ],
  [
    "a reserved name in other letters",
    ["      profession: { value: staff", "      ｓｕｂ: { value: staff"],
    "58:7 CS205 claim `ｓｕｂ` reads like `sub`, kept by Cognito in access tokens\nChoose another name.",
  ],
  [
    "a name of claimseal's",
    ["      profession: { value: staff", "      Sealed_x: { value: staff"],
    "58:7 CS205 claim `Sealed_x` reads like `sealed_x`, kept for claimseal itself\nChoose another name.",
  ],
  [
    "a name of the envelope",
    ["      licence_no:\n        value: >-", "      POOL:\n        value: >-"],
    "60:7 CS205 claim `POOL` reads like `pool`, kept for what binds an envelope\nChoose another name.",
  ],
  [
    "another claim",
    ["      profession: { value: staff", "      Wards: { value: staff"],
    "59:7 CS205 claims `Wards` and `wards` differ in nothing but case\nRename one of the two.",
  ],
])(
  "a claim that differs from another or a reserved one in nothing but case is refused: %s",
  ([, edit, ...expected]) => {
    expect(shown(checkNames(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
  },
);

test.for<Case>([
  [
    "one claim",
    ["  reports:\n    identifier: reports", "  care_api:\n    identifier: reports"],
    "44:3 CS206 resource servers `care-api` and `care_api` share the claim `sealed_care_api`\nRename one of the two.",
  ],
  [
    "one claim but for case",
    ["  reports:\n    identifier: reports", "  Care-API:\n    identifier: reports"],
    "44:3 CS206 resource servers `care-api` and `Care-API` share the claim `sealed_Care_API`\nRename one of the two.",
  ],
  [
    "one identifier",
    ["identifier: reports", "identifier: https://care.example.com"],
    "45:5 CS210 resource servers `care-api` and `reports` have the same `identifier`\nGive each its own, or merge the two.",
  ],
])("two resource servers that would share something are refused: %s", ([, edit, ...expected]) => {
  expect(shown(checkNames(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "user",
    ["  partners:\n    dynamodb", "  user:\n    dynamodb"],
    "30:3 CS207 source `user` hides what the language calls by that name\nRename the source, and what reads it.",
  ],
  [
    "client",
    ["  partners:\n    dynamodb", "  client:\n    dynamodb"],
    "30:3 CS207 source `client` hides what the language calls by that name\nRename the source, and what reads it.",
  ],
  [
    "request",
    ["  partners:\n    dynamodb", "  request:\n    dynamodb"],
    "30:3 CS207 source `request` hides what the language calls by that name\nRename the source, and what reads it.",
  ],
  [
    "tenant",
    ["  partners:\n    dynamodb", "  tenant:\n    dynamodb"],
    "30:3 CS207 source `tenant` hides what the language calls by that name\nRename the source, and what reads it.",
  ],
  [
    "partition",
    ["  partners:\n    dynamodb", "  partition:\n    dynamodb"],
    "30:3 CS207 source `partition` hides what the language calls by that name\nRename the source, and what reads it.",
  ],
  [
    "def",
    ["  partners:\n    dynamodb", "  def:\n    dynamodb"],
    "30:3 CS207 source `def` hides what the language calls by that name\nRename the source, and what reads it.",
  ],
  [
    "now",
    ["  partners:\n    dynamodb", "  now:\n    dynamodb"],
    "30:3 CS207 source `now` hides what the language calls by that name\nRename the source, and what reads it.",
  ],
  [
    "in",
    ["  partners:\n    dynamodb", "  in:\n    dynamodb"],
    "30:3 CS207 source `in` hides a word of CEL\nRename the source, and what reads it.",
  ],
  [
    "true",
    ["  partners:\n    dynamodb", "  true:\n    dynamodb"],
    "30:3 CS207 source `true` hides a word of CEL\nRename the source, and what reads it.",
  ],
  [
    "package",
    ["  partners:\n    dynamodb", "  package:\n    dynamodb"],
    "30:3 CS207 source `package` hides a word of CEL\nRename the source, and what reads it.",
  ],
  [
    "string",
    ["  partners:\n    dynamodb", "  string:\n    dynamodb"],
    "30:3 CS207 source `string` hides a word of CEL\nRename the source, and what reads it.",
  ],
  [
    "timestamp",
    ["  partners:\n    dynamodb", "  timestamp:\n    dynamodb"],
    "30:3 CS207 source `timestamp` hides a word of CEL\nRename the source, and what reads it.",
  ],
  [
    "cel",
    ["  partners:\n    dynamodb", "  cel:\n    dynamodb"],
    "30:3 CS207 source `cel` hides a word of CEL\nRename the source, and what reads it.",
  ],
])("a source under a name that means something else is refused: %s", ([, edit, ...expected]) => {
  expect(shown(checkNames(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "a source with a dash",
    ["  partners:\n    dynamodb", "  my-partners:\n    dynamodb"],
    "30:3 CS208 source `my-partners` cannot be written in an expression\nUse letters, digits and `_`, at most 64, and start with a letter.",
  ],
  [
    "a source that starts with a digit",
    ["  partners:\n    dynamodb", "  2nd:\n    dynamodb"],
    "30:3 CS208 source `2nd` cannot be written in an expression\nUse letters, digits and `_`, at most 64, and start with a letter.",
  ],
  [
    "a resource server with a dot",
    ["  reports:\n    identifier", "  reports.eu:\n    identifier"],
    "44:3 CS208 resource server `reports.eu` cannot be written in the name of its claim\nUse letters, digits, `_` and `-`, at most 64.",
  ],
  [
    "a profile with a blank",
    ["  machine:\n", "  my machine:\n"],
    "71:3 CS208 profile `my machine` cannot be written in a decision record\nUse letters, digits, `_` and `-`, at most 64.",
  ],
])("a name that cannot be written where it is needed is refused: %s", ([, edit, ...expected]) => {
  expect(shown(checkNames(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "a misspelt one",
    ["sealFor: [care-api]", "sealFor: [care_api]"],
    "65:19 CS209 there is no resource server `care_api`\nWrite `care-api`.",
  ],
  [
    "an unknown one",
    ["sealFor: [care-api]", "sealFor: [ledger]"],
    "65:19 CS209 there is no resource server `ledger`\nDeclare `ledger` under `resourceServers`.",
  ],
  [
    "one without a key",
    ["sealFor: [care-api]", "sealFor: [reports]"],
    '65:19 CS209 resource server `reports` has no `seal`\nAdd `seal: { key: "${env:NAME}" }` to resource server `reports`.',
  ],
])("a claim sealed for a resource server that cannot open it is refused: %s", ([, edit, ...expected]) => {
  expect(shown(checkNames(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test("an attribute may have any name: an expression reads it in brackets", () => {
  const text = edited(COMPLETE, ["      profession: { type", "      in/für.wen: { type"]);
  expect(checkNames(wellFormed(text))).toEqual([]);
});

test("a name that is kept in one token alone is kept for claims that go there", () => {
  const text = edited(COMPLETE, [
    "      profession: { value: staff.profession, to: [access, id]",
    "      nonce: { value: staff.profession, to: [id]",
  ]);
  expect(shown(checkNames(wellFormed(text)))).toEqual([
    "58:7 CS201 claim `nonce` is kept by Cognito in ID tokens\nChoose another name.",
  ]);
});

test("a claim sealed for a resource server that could not be read is not reported again", () => {
  const { read } = readClaimMap(edited(COMPLETE, ["    identifier: https://care.example.com\n", ""]));
  expect(read && checkNames(read)).toEqual([]);
});
