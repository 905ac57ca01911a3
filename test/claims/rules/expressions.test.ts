import { describe, expect, test } from "vitest";
import { type BrokenRule, checked } from "./broken-rule.ts";

const ROLE = "{ value: staff.role, to: [access, id], effect: grants }";
const role = (value: string, to = "access"): readonly [string, string] => [
  ROLE,
  `{ value: ${JSON.stringify(value)}, to: [${to}], effect: informs }`,
];
const LIMIT = "limit: { type: int, class: open }";

const rules: readonly BrokenRule[] = [
  ["an expression can be read", "CS301", 'value: "staff.role ==§"', role("staff.role ==")],
  ["a name of its own hides nothing", "CS301", "cel.bind(§staff", role("cel.bind(staff, 1, staff)")],
  ["types fit", "CS302", 'value: "§staff.role + 1"', role("staff.role + 1")],
  ["`has()` takes a field", "CS302", 'value: "has(§staff)"', role("has(staff)")],
  [
    "how much is taken is written out",
    "CS302",
    'value: "take(staff.clinics, §staff.level)"',
    role("take(staff.clinics, staff.level)"),
  ],
  [
    "a pseudonym is made of a declared value",
    "CS302",
    `value: "pseudonym(§'a' + staff.role)"`,
    role("pseudonym('a' + staff.role)"),
  ],
  ["a key of a map stands once", "CS302", "{'a': 1, §'a': 2}", role("{'a': 1, 'a': 2}")],
  ["every field is declared", "CS303", 'value: "staff.§rol"', role("staff.rol")],
  ["in `has()` too", "CS303", 'value: "has(staff.§rol)"', role("has(staff.rol)")],
  ["in `.?` too", "CS303", 'value: "staff.?§rol.hasValue()"', role("staff.?rol.hasValue()")],
  [
    "in `[?]` too",
    "CS303",
    "value: 'user[?§\"custom:whish\"].hasValue()'",
    [ROLE, `{ value: 'user[?"custom:whish"].hasValue()', to: [access], effect: informs }`],
  ],
  ["every source is declared", "CS303", 'value: "§stuff.role"', role("stuff.role")],
  ["every attribute of rows is declared", "CS303", 'value: "members.map(m, m.§orgs)"', role("members.map(m, m.orgs)")],
  ["every definition is declared", "CS303", 'value: "def.§senior"', role("def.senior")],
  ["every name of a partition is declared", "CS303", 'value: "partition.§sufix"', role("partition.sufix")],
  [
    "and where infrastructure names it",
    "CS303",
    'table: "rooms-§{partition.sufix}"',
    ["rooms-{partition.suffix}", "rooms-{partition.sufix}"],
  ],
  [
    "every reference of a key is declared",
    "CS303",
    'pk: "STAFF#{§user.subb}"',
    ["STAFF#{user.sub}", "STAFF#{user.subb}"],
  ],
  ["rows are no value", "CS303", 'value: "§members"', role("members")],
  ["one row is none either", "CS303", 'value: "§members[0]"', role("members[0]")],
  ["which field is read is written out", "CS304", 'value: "§staff[staff.role]"', role("staff[staff.role]")],
  ["a condition is true or false", "CS305", "when: '§staff.role'", ["when: 'staff.level > 0'", "when: 'staff.role'"]],
  ["a refusal's too", "CS305", "when: '§staff.level'", ["when: 'staff.level < 0'", "when: 'staff.level'"]],
  ["a rule's too", "CS305", "when: '§staff.level'", ["when: 'staff.level > 8'", "when: 'staff.level'"]],
  ["what `only` keeps is a list of texts", "CS305", "only: §staff.role", ["only: staff.clinics", "only: staff.role"]],
  [
    "so is what a filter of groups keeps",
    "CS305",
    "filter: §staff.role",
    ["filter: staff.clinics", "filter: staff.role"],
  ],
  [
    "so is what a tenant is chosen from",
    "CS305",
    "allowed: §staff.role",
    ["allowed: staff.clinics", "allowed: staff.role"],
  ],
  [
    "a tenant is a text",
    "CS305",
    "requested: §staff.level",
    ["requested: client.metadata.clinic", "requested: staff.level"],
  ],
  ["so is its default", "CS305", "default: §staff.level", ['default: "staff.clinics[0]"', "default: staff.level"]],
  [
    "so is what a partition is chosen by",
    "CS305",
    "by: §staff.level",
    [`by: 'user["custom:region"]'`, "by: staff.level"],
    ["level: { type: int, class: open }", "level: { type: int, class: open, values: [1, 2] }"],
  ],
  ["a key is built from text", "CS305", 'pk: "STAFF#{§partner.tier}"', ["STAFF#{user.sub}", "STAFF#{partner.tier}"]],
  ["a list in a token holds plain values", "CS306", 'value: "§[[staff.role]]"', role("[[staff.role]]")],
  [
    "some ID token claims take plain values alone",
    "CS306",
    'value: "§[staff.role]"',
    [
      "      role: { value: staff.role, to: [access, id], effect: grants }",
      '      address: { value: "[staff.role]", to: [id] }',
    ],
  ],
  ["functions come from a closed list", "CS307", "value: \"§duration('1h')", role("duration('1h') == duration('2h')")],
  ["types are no values", "CS307", 'value: "§type(staff.role)', role("type(staff.role) == string")],
  ["there are no bytes", "CS307", "value: \"§b'a' == b'b'\"", role("b'a' == b'b'")],
  ["there is no null", "CS307", 'value: "staff.role == §null"', role("staff.role == null")],
  ["a default is of its type", "CS308", "§default: x", [LIMIT, "limit: { type: int, class: open, default: x }"]],
  [
    "so is every listed value",
    "CS308",
    "values: [1, §x]",
    [LIMIT, "limit: { type: int, class: open, values: [1, x] }"],
  ],
  ["`otherwise` is of the value's type", "CS308", "§otherwise: none", ["otherwise: 0", "otherwise: none"]],
  [
    "a default keeps its own bounds",
    "CS308",
    "§default: 9",
    [LIMIT, "limit: { type: int, class: open, max: 8, default: 9 }"],
  ],
  ["machines have no `user`", "CS309", "tier: { value: §user.email", ["value: partner.tier", "value: user.email"]],
  [
    "not by a definition either",
    "CS309",
    "tier: { value: §def.seniority",
    ["value: partner.tier", "value: def.seniority"],
    ['seniority: "staff.level"', 'seniority: "size(user.email)"'],
  ],
  [
    "nor what is looked up by it",
    "CS309",
    "tier: { value: §staff.level",
    ["value: partner.tier", "value: staff.level"],
  ],
  [
    "nor a tenant that people choose",
    "CS309",
    "tier: { value: §tenant.id",
    ["value: partner.tier", "value: tenant.id"],
  ],
  [
    "nor what is looked up by what is",
    "CS309",
    "tier: { value: §rooms.limit",
    ["value: partner.tier", "value: rooms.limit"],
  ],
  ["a type is one of the language's", "CS310", "limit: { §type: itn", [LIMIT, "limit: { type: itn, class: open }"]],
  ["a pattern is RE2's", "CS311", "matches(staff.role, §'(a)", role("matches(staff.role, '(a)\\\\1')")],
  ["a pattern is written out", "CS311", "matches(staff.role, §staff.role)", role("matches(staff.role, staff.role)")],
  [
    "a definition does not need itself",
    "CS312",
    "§seniority: def.other",
    ['seniority: "staff.level"', "seniority: def.other\n  other: def.seniority"],
  ],
  [
    "a gateway gets no list it would mangle",
    "CS313",
    'orgs: { value: "§members.map(',
    ["    scopes: [read, write]\n", "    scopes: [read, write]\n    consumers: [api-gateway-http]\n"],
  ],
  [
    "every field a filter of groups reads is declared",
    "CS303",
    "filter: staff.§clinic",
    ["filter: staff.clinics", "filter: staff.clinic"],
  ],
  [
    "pseudonyms have a key",
    "CS303",
    'value: "pseudonym(§staff.role)"',
    role("pseudonym(staff.role)"),
    ['pseudonyms: { key: "${env:PSEUDONYM_KEY}", region: eu-central-1 }\n', ""],
  ],
  [
    "pseudonyms have an audience, a tenant has none",
    "CS307",
    "default: pseudonym(§staff.role)",
    ['default: "staff.clinics[0]"', "default: pseudonym(staff.role)"],
  ],
  [
    "nor has a partition",
    "CS307",
    "by: pseudonym(§staff.role)",
    [`by: 'user["custom:region"]'`, "by: pseudonym(staff.role)"],
  ],
  ["an index on a list is a number", "CS302", `value: "§staff.clinics['a']"`, role("staff.clinics['a']")],
  ["an int has 64 bits", "CS302", 'value: "§9223372036854775808"', role("9223372036854775808")],
  ["items of a list have one type", "CS306", `value: "[1, §'a']"`, role("[1, 'a']")],
  ["keys of a map are text", "CS306", `value: "§{1: 'a'}"`, role("{1: 'a'}")],
  ["nothing is of type `dyn`", "CS307", 'value: "§dyn(staff.role)"', role("dyn(staff.role)")],
  [
    "`matches` is a function, in linear time",
    "CS307",
    `value: "§staff.role.matches('a')"`,
    role("staff.role.matches('a')"),
  ],
  [
    "a bound fits its type",
    "CS308",
    "class: open, §maxLength: 3",
    [LIMIT, "limit: { type: int, class: open, maxLength: 3 }"],
  ],
  [
    "some value is within the bounds",
    "CS308",
    "min: 9, §max: 1",
    [LIMIT, "limit: { type: int, class: open, min: 9, max: 1 }"],
  ],
  ["a `map` says what it holds", "CS310", "limit: { §type: map", [LIMIT, "limit: { type: map, class: open }"]],
  [
    "only a `map` has fields",
    "CS310",
    "limit: { §type: int",
    [LIMIT, "limit: { type: int, class: open, fields: { a: { type: int } } }"],
  ],
  [
    "a declared pattern is RE2's",
    "CS311",
    "§pattern: '(a'",
    [LIMIT, "limit: { type: string, class: open, maxLength: 3, pattern: '(a' }"],
  ],
];

describe("expressions:", () => {
  test.for(rules)("%s (%s)", (rule) => {
    const { said, ok, expected } = checked(rule);
    expect(said).toContainEqual(expected);
    expect(ok).toBe(false);
  });
});
