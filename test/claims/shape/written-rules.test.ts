import { expect, test } from "vitest";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { COMPLETE, edited, shown } from "../map-files.ts";

/** What is wrong, the edit that makes it so, and every finding of the whole map: place, code, message and fix. */
type Case = readonly [title: string, edit: readonly [from: string, to: string], ...expected: readonly string[]];

test.for<Case>([
  [
    "the purpose of a private value",
    [', purpose: "shown to the person"', ""],
    "11:3 CS104 `user.email` is `pii` and has no `purpose`\nAdd `purpose`: what it is needed for.",
  ],
  [
    "the effect of a claim in the access token",
    [
      "value: staff.profession, to: [access, id], effect: grants, required: true",
      "value: staff.profession, to: [access, id]",
    ],
    "58:7 CS104 claim `profession` reaches a resource server and has no `effect`\nAdd `effect`: `grants`, `restricts` or `informs`, by what its absence would mean.",
  ],
  [
    "the effect of a sealed claim",
    ["        effect: informs\n    scopes:", "    scopes:"],
    "60:7 CS104 claim `licence_no` reaches a resource server and has no `effect`\nAdd `effect`: `grants`, `restricts` or `informs`, by what its absence would mean.",
  ],
  [
    "the readers of a resource server with a key",
    ['    readers: ["arn:aws:iam::111122223333:role/care-api", "${env:CARE_ROLE_ARN}"]\n', ""],
    "39:3 CS104 resource server `care-api` has a `seal` and no `readers`\nAdd `readers`: the ARNs of the roles that may open it, or `${env:NAME}`.",
  ],
  [
    "the ID token of people",
    ["    idToken: { keep: [email] }\n", ""],
    "52:3 CS104 profile `clinician` is for people and has no `idToken`\nAdd `idToken: { keep: [] }` with the attributes the client shows.",
  ],
  [
    "the groups of people",
    ["    groups: { access: strip, id: keep }\n", ""],
    "52:3 CS104 profile `clinician` is for people and has no `groups`\nAdd `groups: strip`, `keep`, or `{ access: strip, id: keep }`.",
  ],
  [
    "the self-service scopes of people",
    ['    selfServiceScopes: { keep: { reason: "the profile page uses GetUser", approvedBy: dpo@example.com } }\n', ""],
    "52:3 CS104 profile `clinician` is for people and has no `selfServiceScopes`\nAdd `selfServiceScopes: strip`, or `{ keep: { reason: WHY, approvedBy: WHO } }`.",
  ],
  [
    "all three of people and machines",
    ["grants: [client_credentials]", "grants: [client_credentials, user]"],
    "71:3 CS104 profile `machine` is for people and has no `idToken`\nAdd `idToken: { keep: [] }` with the attributes the client shows.",
    "71:3 CS104 profile `machine` is for people and has no `groups`\nAdd `groups: strip`, `keep`, or `{ access: strip, id: keep }`.",
    "71:3 CS104 profile `machine` is for people and has no `selfServiceScopes`\nAdd `selfServiceScopes: strip`, or `{ keep: { reason: WHY, approvedBy: WHO } }`.",
  ],
])("a mandatory key that depends on others is missed where they ask for it: %s", ([, edit, ...expected]) => {
  expect(shown(readClaimMap(edited(COMPLETE, edit)).findings)).toEqual(expected);
});

test.for<Case>([
  [
    "a claim that reaches nobody",
    [
      "value: staff.profession, to: [access, id], effect: grants, required: true",
      "value: staff.profession, effect: grants",
    ],
    "58:7 CS111 claim `profession` reaches nobody: it has neither `to` nor `sealFor`\nAdd `to: [access]`, `to: [id]` or `sealFor: [RESOURCE SERVER]`.",
  ],
  [
    "a list of nothing",
    ["grants: [user]", "grants: []"],
    "53:22 CS111 `match.grants` of profile `clinician` is empty\nWrite a list: `[user]`.",
  ],
  [
    "values of nothing",
    ["values: [physician, nurse, clerk]", "values: []"],
    "24:56 CS111 `values` of attribute `profession` is empty\nWrite a list: `[VALUE]`.",
  ],
  [
    "text of nothing",
    ['reason: "clients of an older product"', 'reason: " "'],
    "49:35 CS111 `unmatched.untouched.reason` is empty\nWrite text.",
  ],
  [
    "a key of nothing",
    ['key: { pk: "CLIENT#{client.id}" }', "key: {}"],
    "31:39 CS111 `dynamodb.key` of source `partners` is empty\nWrite a map: `{ pk: ... }`.",
  ],
  [
    "a key of three attributes",
    ['key: { pk: "CLIENT#{client.id}" }', "key: { a: b, c: d, e: f }"],
    "31:39 CS111 `dynamodb.key` of source `partners` has more than 2 entries\nWrite a map: `{ pk: ... }`.",
  ],
  [
    "an item that stands twice",
    ["to: [access], effect: informs", "to: [access, access], effect: informs"],
    "74:50 CS111 `to` of claim `tier` holds `access` twice\nDelete one of the two.",
  ],
  [
    "a rule that changes nothing",
    ["- { add: [https://care.example.com/chart.read] }", "- { when: 'true' }"],
    "69:9 CS111 this rule changes nothing: it has none of `add`, `remove` and `only`\nAdd `add: [IDENTIFIER/SCOPE]` or `remove: [IDENTIFIER/SCOPE]`.",
  ],
  [
    "a rule that adds what it removes",
    [
      "- { add: [https://care.example.com/chart.read] }",
      "- { add: [reports/report.read], remove: [reports/report.read] }",
    ],
    "69:39 CS111 this rule adds and removes `reports/report.read`, and what is removed is gone\nKeep one of the two.",
  ],
  [
    "a declaration of what is always there",
    ["user.email:             {", "user.sub: {"],
    "11:3 CS111 `user.sub` is there without being declared, and always `open`\nDelete it.",
  ],
  [
    "a trust for what the caller chooses",
    ["client.metadata.clinic: {", "client.metadata.clinic: { trust: idp,"],
    "14:29 CS111 `client.metadata.clinic` is chosen by the caller: no `trust` can be stated for it\nDelete `trust`.",
  ],
  [
    "a trust for groups",
    ["user.groups:            {", "user.groups: { trust: operator,"],
    "13:18 CS111 `user.groups` is Cognito's own word: its trust is `operator`\nDelete `trust`.",
  ],
  [
    "a key in two regions",
    ['key: "${env:CARE_KEY_ARN}", region', 'key: "arn:aws:kms:eu-west-1:111122223333:key/care", region'],
    "42:65 CS111 the key of `care-api` is in `eu-west-1` by its ARN, and in `eu-central-1` by its `region`\nCorrect one of the two, or delete `region`.",
  ],
])("what contradicts itself or says nothing is an error: %s", ([, edit, ...expected]) => {
  expect(shown(readClaimMap(edited(COMPLETE, edit)).findings)).toEqual(expected);
});
