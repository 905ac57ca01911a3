import { expect, test } from "vitest";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { COMPLETE, edited, shown } from "../map-files.ts";

/** What is wrong, the edit that makes it so, and every finding of the whole map: place, code, message and fix. */
type Case = readonly [title: string, edit: readonly [from: string, to: string], ...expected: readonly string[]];

test.for<Case>([
  ["at the top", ["name: complete\n", "nmae: complete\n"], "3:1 CS103 unknown key `nmae`\nWrite `name`."],
  [
    "in a declaration",
    ["class: pii, maxLength: 120", "clas: pii, maxLength: 120"],
    "11:43 CS103 unknown key `clas` in input `user.email`\nWrite `class`.",
  ],
  [
    "in a record inside a source",
    ["consistent: true", "consistant: true"],
    "18:114 CS103 unknown key `consistant` in `dynamodb` of source `staff`\nWrite `consistent`.",
  ],
  [
    "in a claim, written another way",
    ["sealFor: [care-api]", "seal_for: [care-api]"],
    "65:9 CS103 unknown key `seal_for` in claim `licence_no`\nWrite `sealFor`.",
  ],
  [
    "nothing like any known one",
    ["consistent: true", "cache: 60s"],
    "18:114 CS103 unknown key `cache` in `dynamodb` of source `staff`\nKnown here: `table`, `region`, `key`, `query` or `consistent`.",
  ],
])("an unknown key is an error, and the key that was meant is named: %s", ([, edit, ...expected]) => {
  expect(shown(readClaimMap(edited(COMPLETE, edit)).findings)).toEqual(expected);
});

test.for<Case>([
  ["version", ["version: 1\n", ""], "1:1 CS104 the map has no `version`\nAdd `version: 1`."],
  [
    "pool.usernames",
    ["  usernames: opaque\n", ""],
    "6:1 CS104 `pool` has no `usernames`\nAdd `usernames`: `opaque` or `any`.",
  ],
  [
    "class",
    ["class: pii, maxLength: 120", "maxLength: 120"],
    "11:3 CS104 input `user.email` has no `class`\nAdd `class`: `open`, `pii` or `sensitive`.",
  ],
  [
    "trust",
    ["    trust: operator\n    onMissing: empty", "    onMissing: empty"],
    "30:3 CS104 source `partners` has no `trust`\nAdd `trust`: `caller`, `user`, `idp` or `operator`.",
  ],
  [
    "onMissing",
    ["    onMissing: empty\n", ""],
    "30:3 CS104 source `partners` has no `onMissing`\nAdd `onMissing`: `deny` or `empty`.",
  ],
  [
    "two at once",
    ["    trust: operator\n    onMissing: empty\n", ""],
    "30:3 CS104 source `partners` has no `trust`\nAdd `trust`: `caller`, `user`, `idp` or `operator`.",
    "30:3 CS104 source `partners` has no `onMissing`\nAdd `onMissing`: `deny` or `empty`.",
  ],
  [
    "identifier",
    ["    identifier: reports\n", ""],
    "44:3 CS104 resource server `reports` has no `identifier`\nAdd `identifier`: its identifier in the user pool.",
  ],
  ["value", ["value: partners.tier, ", ""], "74:7 CS104 claim `tier` has no `value`\nAdd `value`: a CEL expression."],
  [
    "approvedBy",
    [", approvedBy: platform@example.com", ""],
    "49:14 CS104 `unmatched.untouched` has no `approvedBy`\nAdd `approvedBy`: who approved it.",
  ],
  [
    "key",
    [', key: { pk: "CLIENT#{client.id}" }', ""],
    "31:5 CS104 `dynamodb` of source `partners` has none of `key` or `query`\nAdd `key` or `query`.",
  ],
])("a mandatory key that is missing is named with what it can be: %s", ([, edit, ...expected]) => {
  expect(shown(readClaimMap(edited(COMPLETE, edit)).findings)).toEqual(expected);
});

test.for<Case>([
  [
    "a revision that looks like a number",
    ['revision: "2026-11-22.1"', "revision: 2026.10"],
    '4:11 CS105 `revision` is a number here, not text\nQuote it: `revision: "2026.10"`.',
  ],
  ["a version in quotes", ["version: 1", 'version: "1"'], "2:10 CS105 `version` is text, not a number\nWrite `1`."],
  [
    "a key without a value",
    ['revision: "2026-11-22.1"', "revision:"],
    "4:1 CS105 `revision` has no value\nWrite a revision, such as `2026-11-22.1`: letters, digits, `.`, `_`, `:`, `+` and `-`, at most 64.",
  ],
  [
    "text for a list",
    ["grants: [user]", "grants: user"],
    "53:22 CS105 `match.grants` of profile `clinician` is text, not a list\nWrite `[user]`.",
  ],
  [
    "text for a truth value",
    ["consistent: true", "consistent: yes"],
    "18:126 CS105 `dynamodb.consistent` of source `staff` is text, not a truth value\nWrite `true` or `false`.",
  ],
  [
    "text for a number",
    ["maxLength: 120", 'maxLength: "120"'],
    "11:66 CS105 `maxLength` of input `user.email` is text, not a number\nWrite a whole number from 1 to 400000.",
  ],
  [
    "a list for a map",
    ['key: { pk: "CLIENT#{client.id}" }', "key: [pk]"],
    "31:39 CS105 `dynamodb.key` of source `partners` is a list, not a map\nWrite a map: `{ pk: ... }`.",
  ],
  [
    "a number in an expression",
    ["value: staff.profession, to: [access, id], effect: grants, required: true", "value: 5, to: [id]"],
    '58:28 CS105 `value` of claim `profession` is a number here, not text\nQuote it: `value: "5"`.',
  ],
  [
    "a map for an expression in several lines",
    [
      '        value: >-\n          has(staff.licenceNo)\n          ? staff.licenceNo\n          : ""\n',
      "        value:\n          staff: licenceNo\n",
    ],
    "62:11 CS105 `value` of claim `licence_no` is a map, not text\nWrite a CEL expression in quotes.",
  ],
  [
    "a number for a choice",
    ["onMissing: empty", "onMissing: 1"],
    "33:16 CS105 `onMissing` of source `partners` is a number, not text\nWrite `deny` or `empty`.",
  ],
  [
    "a list for a choice or a map",
    ["groups: { access: strip, id: keep }", "groups: [strip]"],
    "55:13 CS105 `groups` of profile `clinician` is a list, not text or a map\nWrite `strip`, `keep`, or `{ access: strip, id: keep }`.",
  ],
  [
    "literals that YAML changes",
    ["values: [physician, nurse, clerk]", "values: [00123, 12345678901234567890, 0x1F, .inf]"],
    '24:57 CS105 an item of `values` of attribute `profession`: `00123` becomes the number 123\nQuote it: `"00123"`.',
    '24:64 CS105 an item of `values` of attribute `profession`: `12345678901234567890` becomes the number 12345678901234567000\nQuote it: `"12345678901234567890"`.',
    '24:86 CS105 an item of `values` of attribute `profession`: `0x1F` becomes the number 31\nQuote it: `"0x1F"`.',
    '24:92 CS105 an item of `values` of attribute `profession`: `.inf` becomes the number Infinity\nQuote it: `".inf"`.',
  ],
  [
    "a literal that is nothing",
    ["values: [physician, nurse, clerk]", "values: [nurse, ~]"],
    "24:64 CS105 an item of `values` of attribute `profession` has no value\nWrite text, a number, `true`, `false`, or a list or map of these.",
  ],
  [
    "a table without entries",
    ["resourceServers:\n  care-api:", "resourceServers:\n  empty:\n  care-api:"],
    "39:3 CS105 resource server `empty` has no value\nWrite a map: `{ identifier: ..., scopes: ..., readers: ... }`.",
  ],
])("a value of the wrong kind is told from the one asked for: %s", ([, edit, ...expected]) => {
  expect(shown(readClaimMap(edited(COMPLETE, edit)).findings)).toEqual(expected);
});

test.for<Case>([
  [
    "another version",
    ["version: 1", "version: 2"],
    "2:10 CS106 `version` is `2`; this claimseal reads `1` only\nWrite `1`.",
  ],
  [
    "an unknown event version",
    ["events: V3", "events: V4"],
    "7:11 CS106 `pool.events` cannot be `V4`\nWrite `V1`, `V2` or `V3`.",
  ],
  [
    "an unknown class",
    ["class: pii, maxLength: 120", "class: private, maxLength: 120"],
    "11:50 CS106 `class` of input `user.email` cannot be `private`\nWrite `open`, `pii` or `sensitive`.",
  ],
  [
    "a misspelt class",
    ["class: pii, maxLength: 120", "class: sensitiv, maxLength: 120"],
    "11:50 CS106 `class` of input `user.email` cannot be `sensitiv`\nWrite `sensitive`.",
  ],
  [
    "a map's name with a blank",
    ["name: complete", "name: my map"],
    "3:7 CS106 `name` is not a map's name\nWrite a map's name, such as `clinic-eu`: letters, digits, `.`, `_` and `-`, at most 64.",
  ],
  [
    "an input without its root",
    ["user.email:             {", "email: {"],
    "11:3 CS106 input `email` is not `user.ATTRIBUTE` or `client.metadata.KEY`\nWrite `user.email`.",
  ],
  [
    "a custom attribute with a dot",
    ["user.custom:department:", "user.custom.department:"],
    "12:3 CS106 `user.custom.department` is no attribute: custom ones are written with a colon\nWrite `user.custom:department`.",
  ],
  [
    "a trust that only others have",
    ["trust: idp", "trust: user"],
    "12:78 CS106 `trust` of input `user.custom:department` cannot be `user`\nWrite `idp` or `operator`.",
  ],
  [
    "a bound of nothing",
    ["maxLength: 120", "maxLength: 0"],
    "11:66 CS106 `maxLength` of input `user.email` cannot be `0`\nWrite a whole number from 1 to 400000.",
  ],
  [
    "a region",
    ["region: eu-central-1, key:", "region: europe, key:"],
    "18:54 CS106 `dynamodb.region` of source `staff` is not an AWS region\nWrite an AWS region, such as `eu-central-1`, or `${env:NAME}`.",
  ],
  [
    "a region of a residency",
    ["residency: [eu-central-1, eu-west-1]", "residency: [eu-central-1, eu]"],
    "20:31 CS106 an item of `residency` of source `staff` is not an AWS region\nWrite an AWS region, such as `eu-central-1`.",
  ],
  [
    "a table by its ARN",
    ["table: partners", 'table: "arn:aws:dynamodb:eu-central-1:111122223333:table/x"'],
    "31:24 CS106 `dynamodb.table` of source `partners` is not a DynamoDB table's name\nWrite a DynamoDB table's name, such as `staff`, or `${env:NAME}`.",
  ],
  [
    "a key by its id",
    ['key: "${env:CARE_KEY_ARN}", region', "key: 1234abcd-12ab-34cd-56ef-1234567890ab, region"],
    "42:18 CS106 `seal.key` of resource server `care-api` is not a KMS key's ARN\nWrite a KMS key's ARN, such as `arn:aws:kms:eu-central-1:111122223333:key/care`, or `${env:NAME}`.",
  ],
  [
    "a reader that is no role",
    ['"arn:aws:iam::111122223333:role/care-api"', '"arn:aws:iam::111122223333:user/anna"'],
    "43:15 CS106 an item of `readers` of resource server `care-api` is not an IAM role's ARN\nWrite an IAM role's ARN, such as `arn:aws:iam::111122223333:role/care-api`, or `${env:NAME}`.",
  ],
  [
    "a scope with its resource server",
    ["scopes: [chart.read, chart.write]", "scopes: [chart.read, care/chart.write]"],
    "41:26 CS106 an item of `scopes` of resource server `care-api` is not a scope's own name\nWrite a scope's own name, such as `chart.read`: printable ASCII without blanks, quotes, backslashes and slashes.",
  ],
  [
    "a scope to add with a blank",
    ["- { add: [https://care.example.com/chart.read] }", '- { add: ["care read"] }'],
    "69:17 CS106 an item of `scopes.add` of profile `clinician` is not a scope\nWrite a scope, such as `care-api/chart.read`: printable ASCII without blanks, quotes and backslashes.",
  ],
  [
    "an identifier with a blank",
    ["identifier: reports", "identifier: my reports"],
    "45:17 CS106 `identifier` of resource server `reports` is not a resource server's identifier\nWrite a resource server's identifier, such as `care-api`: printable ASCII without blanks, quotes and backslashes.",
  ],
  [
    "a client with a blank",
    ["1example23456789]", "my client]"],
    "53:61 CS106 an item of `match.clients` of profile `clinician` is not an app client's id\nWrite an app client's id, such as `1example23456789`, or `${env:NAME}`: letters and digits, or `\"*\"` for every client.",
  ],
  [
    "an unmatched without reasons",
    [
      'unmatched: { untouched: { reason: "clients of an older product", approvedBy: platform@example.com } }',
      "unmatched: untouched",
    ],
    "49:12 CS106 `unmatched` cannot be `untouched`\nWrite `deny`, `bare`, or `{ untouched: { reason: WHY, approvedBy: WHO } }`.",
  ],
  [
    "scopes kept without reasons",
    [
      'selfServiceScopes: { keep: { reason: "the profile page uses GetUser", approvedBy: dpo@example.com } }',
      "selfServiceScopes: keep",
    ],
    "56:24 CS106 `selfServiceScopes` of profile `clinician` cannot be `keep`\nWrite `strip`, or `{ keep: { reason: WHY, approvedBy: WHO } }`.",
  ],
  [
    "a place that is none",
    ["value: partners.tier, to: [access]", "value: partners.tier, to: [acess]"],
    "74:42 CS106 an item of `to` of claim `tier` cannot be `acess`\nWrite `access`.",
  ],
  [
    "a grant that is none",
    ["grants: [user]", "grants: [people]"],
    "53:23 CS106 an item of `match.grants` of profile `clinician` cannot be `people`\nWrite `user` or `client_credentials`.",
  ],
  [
    "a limit that no reader takes",
    ["accessToken: 5000", "accessToken: 50000"],
    "76:24 CS106 `limits.accessToken` cannot be `50000`\nWrite a whole number from 256 to 16384.",
  ],
])("a value outside its list or form is shown the right one: %s", ([, edit, ...expected]) => {
  expect(shown(readClaimMap(edited(COMPLETE, edit)).findings)).toEqual(expected);
});
