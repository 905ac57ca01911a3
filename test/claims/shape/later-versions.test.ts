import { expect, test } from "vitest";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { COMPLETE, edited, shown } from "../map-files.ts";

/** What is wrong, the edit that makes it so, and every finding of the whole map: place, code, message and fix. */
type Case = readonly [title: string, edit: readonly [from: string, to: string], ...expected: readonly string[]];

test.for<Case>([
  [
    "tenant",
    ["limits: { accessToken: 5000", "tenant: { requested: client.metadata.clinic }\nlimits: { accessToken: 5000"],
    "76:1 CS109 `tenant` (a tenant chosen by the caller and granted by membership) is not in this version\nLeave it out.",
  ],
  [
    "pseudonyms",
    ["limits: { accessToken: 5000", "pseudonyms: { key: x }\nlimits: { accessToken: 5000"],
    "76:1 CS109 `pseudonyms` (stable names in place of private values) is not in this version\nLeave it out.",
  ],
  [
    "partition",
    ["limits: { accessToken: 5000", "partition: { by: x }\nlimits: { accessToken: 5000"],
    "76:1 CS109 `partition` (residency by person) is not in this version\nLeave it out.",
  ],
  [
    "define",
    ["limits: { accessToken: 5000", "define: { x: y }\nlimits: { accessToken: 5000"],
    "76:1 CS109 `define` (named expressions) is not in this version\nLeave it out.",
  ],
  [
    "claimSets",
    ["limits: { accessToken: 5000", "claimSets: {}\nlimits: { accessToken: 5000"],
    "76:1 CS109 `claimSets` (sets of claims shared by profiles) is not in this version\nLeave it out.",
  ],
  [
    "query",
    [
      'dynamodb: { table: partners, key: { pk: "CLIENT#{client.id}" } }',
      "dynamodb: { table: partners, query: { key: x } }",
    ],
    "31:34 CS109 `query` (several rows of a table) is not in this version\nLeave it out.",
  ],
  [
    "custom",
    ['dynamodb: { table: partners, key: { pk: "CLIENT#{client.id}" } }', "custom: lookUp"],
    "31:5 CS109 `custom` (a source in code) is not in this version\nLeave it out.",
  ],
  [
    "chain",
    ['dynamodb: { table: partners, key: { pk: "CLIENT#{client.id}" } }', "chain: arn"],
    "31:5 CS109 `chain` (an existing function as a source) is not in this version\nLeave it out.",
  ],
  [
    "keyDeclassify",
    ["    onMissing: empty", "    keyDeclassify: { reason: x, approvedBy: y }\n    onMissing: empty"],
    "33:5 CS109 `keyDeclassify` (a key built from private values) is not in this version\nLeave it out.",
  ],
  [
    "a source that goes on without its row",
    ["onError: deny\n    attributes:\n      tier", "onError: unknown\n    attributes:\n      tier"],
    "34:14 CS109 `unknown` (going on without a source) is not in this version\nWrite `deny`.",
  ],
  [
    "a source that goes on with an old row",
    ["onError: deny\n    attributes:\n      tier", "onError: { stale: 60s }\n    attributes:\n      tier"],
    "34:16 CS109 `stale` (going on with an old row) is not in this version\nWrite `deny`.",
  ],
  [
    "min and max",
    ["tier: { type: int,", "tier: { type: int, min: 0, max: 9,"],
    "36:26 CS109 `min` (a least value) is not in this version\nLeave it out.",
    "36:34 CS109 `max` (a greatest value) is not in this version\nLeave it out.",
  ],
  [
    "pattern",
    ["values: [physician, nurse, clerk]", 'values: [physician, nurse, clerk], pattern: "^[a-z]+$"'],
    "24:83 CS109 `pattern` (a pattern that text must match) is not in this version\nBound it by `values` or `maxLength`.",
  ],
  [
    "fields",
    ['type: "map<string, int>"', "type: map, fields: { a: int }"],
    '27:32 CS109 `fields` (a map whose fields are declared one by one) is not in this version\nWrite `type: "map<string, T>"`.',
  ],
  [
    "declassify",
    ["value: partners.tier,", "value: partners.tier, declassify: { of: [x] },"],
    "74:37 CS109 `declassify` (a private value in the clear, signed for) is not in this version\nLeave it out.",
  ],
  [
    "endorse",
    ["value: partners.tier,", "value: partners.tier, endorse: { of: [x] },"],
    "74:37 CS109 `endorse` (trust in an untrusted value, signed for) is not in this version\nLeave it out.",
  ],
  [
    "otherwise",
    ["value: partners.tier,", "value: partners.tier, otherwise: 0,"],
    "74:37 CS109 `otherwise` (a value in place of an unknown one) is not in this version\nLeave it out.",
  ],
  [
    "only",
    ["- { add: [https://care.example.com/chart.read] }", "- { only: staff.wards }"],
    "69:11 CS109 `only` (keeping no scope outside a list) is not in this version\nLeave it out.",
  ],
  [
    "refuse",
    [
      "    groups: { access: strip, id: keep }",
      "    refuse: [{ when: x, code: Y }]\n    groups: { access: strip, id: keep }",
    ],
    "55:5 CS109 `refuse` (rules that refuse a token) is not in this version\nLeave it out.",
  ],
  [
    "use",
    ["    groups: { access: strip, id: keep }", "    use: [common]\n    groups: { access: strip, id: keep }"],
    "55:5 CS109 `use` (sets of claims shared by profiles) is not in this version\nLeave it out.",
  ],
  [
    "filter",
    ["groups: { access: strip, id: keep }", "groups: { access: strip, id: keep, filter: native }"],
    "55:40 CS109 `filter` (a filter for groups) is not in this version\nLeave it out.",
  ],
  [
    "drop",
    ["idToken: { keep: [email] }", "idToken: { drop: [email], reason: x }"],
    "54:16 CS109 `drop` (an ID token that keeps all but a list) is not in this version\nList what stays: `keep: [email]`.",
    "54:31 CS109 `reason` (an ID token that keeps all but a list) is not in this version\nLeave it out.",
  ],
  [
    "unchanged",
    ["idToken: { keep: [email] }", "idToken: { unchanged: { reason: x } }"],
    "54:16 CS109 `unchanged` (an ID token left as it is) is not in this version\nList what stays: `keep: [email]`.",
  ],
  [
    "consumers",
    ["    identifier: reports", "    consumers: [cookie]\n    identifier: reports"],
    "45:5 CS109 `consumers` (what stands in front of a resource server) is not in this version\nLeave it out.",
  ],
  [
    "mode: asymmetric",
    ["mode: envelope", "mode: asymmetric"],
    "42:69 CS109 `asymmetric` (sealing with a public key) is not in this version\nWrite `envelope`.",
  ],
  [
    "mode: direct",
    ["mode: envelope", "mode: direct"],
    "42:69 CS109 `direct` (sealing by KMS itself) is not in this version\nWrite `envelope`.",
  ],
  [
    "pad, bindClient, dataKey",
    ["mode: envelope", "mode: envelope, pad: max, bindClient: true, dataKey: {}"],
    "42:79 CS109 `pad` (padding to the maximum) is not in this version\nLeave it out.",
    "42:89 CS109 `bindClient` (envelopes bound to one client) is not in this version\nLeave it out.",
    "42:107 CS109 `dataKey` (other bounds for data keys) is not in this version\nLeave it out.",
  ],
  [
    "a part of a residency in a name",
    ['table: "${env:STAFF_TABLE}"', 'table: "staff-{partition.name}"'],
    "18:31 CS109 `dynamodb.table` of source `staff` reads `partition` (residency by person), which is not in this version\nWrite one value, or `${env:NAME}`.",
  ],
  [
    "another reference in a key",
    ['pk: "STAFF#{user.sub}"', 'pk: "STAFF#{user.email}"'],
    "18:86 CS109 key attribute `pk` reads `user.email`: in this version a key reads `user.sub` and `client.id` only\nBuild the key from `{user.sub}` or `{client.id}`.",
  ],
])("what only a later version runs is refused by name: %s", ([, edit, ...expected]) => {
  expect(shown(readClaimMap(edited(COMPLETE, edit)).findings)).toEqual(expected);
});
