import { expect, test } from "vitest";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { COMPLETE, edited, shown } from "../map-files.ts";

/** What is wrong, the edit that makes it so, and every finding of the whole map: place, code, message and fix. */
type Case = readonly [title: string, edit: readonly [from: string, to: string], ...expected: readonly string[]];

test.for<Case>([
  [
    "a variable with text around it",
    ['table: "${env:STAFF_TABLE}"', 'table: "${env:STAGE}-staff"'],
    "18:24 CS107 `dynamodb.table` of source `staff` mixes a variable with other text, or misspells it\nWrite `${env:NAME}` and nothing else; put the whole value into the variable.",
  ],
  [
    "a variable as a shell writes it",
    ['table: "${env:STAFF_TABLE}"', 'table: "$STAFF_TABLE"'],
    "18:24 CS107 `dynamodb.table` of source `staff` mixes a variable with other text, or misspells it\nWrite `${env:NAME}` and nothing else; put the whole value into the variable.",
  ],
  [
    "a variable without env",
    ['"${env:WEB_CLIENT}"', '"${WEB_CLIENT}"'],
    "53:40 CS107 an item of `match.clients` of profile `clinician` mixes a variable with other text, or misspells it\nWrite `${env:NAME}` and nothing else; put the whole value into the variable.",
  ],
  [
    "a variable in an expression",
    ["value: staff.profession, to: [access, id], effect: grants, required: true", "value: \"'${env:X}'\", to: [id]"],
    "58:30 CS107 `value` of claim `profession` cannot hold `${env:NAME}`\nUse variables for tables, regions, keys, clients and readers only.",
  ],
  [
    "a variable in a name",
    ["identifier: reports", 'identifier: "${env:REPORTS}"'],
    "45:18 CS107 `identifier` of resource server `reports` cannot hold `${env:NAME}`\nUse variables for tables, regions, keys, clients and readers only.",
  ],
  [
    "a variable in a purpose",
    ['purpose: "shown to the person"', 'purpose: "${env:WHY}"'],
    "11:81 CS107 `purpose` of input `user.email` cannot hold `${env:NAME}`\nUse variables for tables, regions, keys, clients and readers only.",
  ],
  [
    "a variable in a key",
    ['pk: "STAFF#{user.sub}"', 'pk: "${env:STAGE}#{user.sub}"'],
    "18:80 CS107 key attribute `pk` is a key: it cannot hold `${env:NAME}`\nWrite the key's fixed text into the map.",
  ],
  [
    "an open brace",
    ['pk: "STAFF#{user.sub}"', 'pk: "STAFF#{user.sub"'],
    "18:86 CS107 key attribute `pk` has a `{` without its partner\nClose every `{` with a `}`: `STAFF#{user.sub}`.",
  ],
  [
    "an empty brace",
    ['pk: "STAFF#{user.sub}"', 'pk: "STAFF#{}"'],
    "18:86 CS107 key attribute `pk` holds `{}`, which is no reference\nWrite a reference in braces, such as `{user.sub}` or `{tenant.id}`.",
  ],
  [
    "a brace around no reference",
    ['pk: "STAFF#{user.sub}"', 'pk: "STAFF#{sub}"'],
    "18:86 CS107 key attribute `pk` holds `{sub}`, which is no reference\nWrite a reference in braces, such as `{user.sub}` or `{tenant.id}`.",
  ],
  [
    "two references without anything between them",
    ['pk: "STAFF#{user.sub}"', 'pk: "STAFF#{user.sub}{client.id}"'],
    "18:96 CS107 key attribute `pk` has nothing in front of `{client.id}` but a reference\nPut fixed text between the two, such as `#`: without, two subjects can have one key.",
  ],
  [
    "a beginning that ends with a reference",
    [
      'key: { pk: "STAFF#{user.sub}", sk: PROFILE }',
      'query: { key: { pk: "STAFF" }, beginsWith: { sk: "U#{user.sub}" }, limit: 9, onMore: deny }',
    ],
    "18:117 CS107 key attribute `sk` ends with a reference: longer values begin like it\nEnd it with fixed text, such as `ORG#{tenant.id}#`; a whole key is no beginning and stands in `key`.",
  ],
])("a broken template or a variable in the wrong place is an error: %s", ([, edit, ...expected]) => {
  expect(shown(readClaimMap(edited(COMPLETE, edit)).findings)).toEqual(expected);
});

test.for<Case>([
  [
    "text that became a name",
    ["value: staff.profession, to: [access, id], effect: grants, required: true", 'value: "physician", to: [id]'],
    "58:28 CS108 `value` of claim `profession` reads `physician` as a name: the quotes are not part of it\nWrite `value: '\"physician\"'`.",
  ],
  [
    "words that became names",
    ["value: staff.profession, to: [access, id], effect: grants, required: true", "value: 'head of ward', to: [id]"],
    "58:28 CS108 `value` of claim `profession` reads `head of ward` as a name: the quotes are not part of it\nWrite `value: '\"head of ward\"'`.",
  ],
  [
    "a list that is an expression",
    [
      "value: staff.profession, to: [access, id], effect: grants, required: true",
      'value: [staff.profession, "x"], to: [id]',
    ],
    "58:28 CS108 `value` of claim `profession` is an expression, and `[` starts a list in YAML\nWrite `value: '[staff.profession, \"x\"]'`.",
  ],
  [
    "a comment that cut an expression off",
    [
      "- { add: [https://care.example.com/chart.read] }",
      '- add: [reports/report.read]\n        when: staff.profession == "a #1"',
    ],
    "70:15 CS108 `scopes.when` of profile `clinician` is cut off: ` #` starts a comment\nWrite `when: 'staff.profession == \"a #1\"'`.",
  ],
])("a quote that YAML took away is given back, and the value is read as it was meant: %s", ([, edit, ...expected]) => {
  expect(shown(readClaimMap(edited(COMPLETE, edit)).findings)).toEqual(expected);
});
