import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import { mapWith, positionIn } from "../a-map-text.ts";
import { watchPrototypes } from "./naughty-strings.ts";

watchPrototypes();

/** The sound map with a source of every form, and a condition. */
function mapAsking(when: string): string {
  return mapWith(
    ["  user.email:", "  user.custom:x: { type: string, class: open, maxLength: 9, trust: operator }\n  user.email:"],
    [
      "      level: { type: int, class: open }\n",
      "      level: { type: int, class: open }\n" +
        "      wards: { type: list<string>, class: open, maxItems: 5, maxLength: 12 }\n" +
        '      quotas: { type: "map<string, int>", class: open, maxItems: 4, maxLength: 8 }\n' +
        "      home: { type: map, class: open, fields: { city: { type: string, maxLength: 10 } } }\n",
    ],
    [
      "  partner:\n",
      "  teams:\n" +
        '    dynamodb: { table: teams, query: { key: { pk: "{user.sub}" }, limit: 5, onMore: cut } }\n' +
        "    trust: operator\n    onMissing: empty\n    onError: deny\n" +
        "    attributes:\n      org: { type: string, class: open, maxLength: 12 }\n  partner:\n",
    ],
    ["to: [access], effect: restricts }", `to: [access], effect: restricts, when: ${JSON.stringify(when)} }`],
  );
}

/** `§` marks the place in the expression that the error names. */
type Row = readonly [expression: string, code: string, message: string, fix: string];

describe("a name that is not declared is an error at its place, wherever it is asked for", () => {
  const rol = "`staff` has no declared `rol`";
  const fix = "Write `staff.role`, or declare it.";
  const rog = "a row of `teams` has no declared `rog`";
  const org = "Write `org`, or declare it.";
  const cty = "`staff.home` has no declared `cty`";
  const city = "Write `staff.home.city`, or declare it.";
  test.for<Row>([
    ["staff.§rol == 'x'", "CS303", rol, fix],
    ["staff[§'rol'] == 'x'", "CS303", rol, fix],
    ["has(staff.§rol)", "CS303", rol, fix],
    ["staff.?§rol.hasValue()", "CS303", rol, fix],
    ["staff.?§rol.orValue('x') == 'x'", "CS303", rol, fix],
    ["staff[?§'rol'].hasValue()", "CS303", rol, fix],
    ["!has(staff.§rol) || true", "CS303", rol, fix],
    ["[staff.role].exists(r, r == staff.§rol)", "CS303", rol, fix],
    ["staff.wards.map(w, staff.§rol).size() > 0", "CS303", rol, fix],
    ["cel.bind(r, staff.§rol, r == 'x')", "CS303", rol, fix],
    ["has(staff.level) ? staff.§rol == 'x' : false", "CS303", rol, fix],
    ["has(§staf.role)", "CS303", "`staf` is not declared", "Write `staff`."],
    ["teams.exists(t, t.§rog == 'x')", "CS303", rog, org],
    ["teams.all(t, has(t.§rog))", "CS303", rog, org],
    ["teams.filter(t, t.?§rog.hasValue()).size() > 0", "CS303", rog, org],
    ["teams.exists_one(t, t[?§'rog'].hasValue())", "CS303", rog, org],
    ["teams[0].§rog == 'x'", "CS303", rog, org],
    ["staff.home.§cty == 'x'", "CS303", cty, city],
    ["has(staff.home.§cty)", "CS303", cty, city],
    ["staff.home.?§cty.hasValue()", "CS303", cty, city],
    ["staff.home[?§'cty'].hasValue()", "CS303", cty, city],
    [
      "user[§'custom:y'] == 'x'",
      "CS303",
      "`user` has no declared `custom:y`",
      'Write `user["custom:x"]`, or declare it.',
    ],
    [
      "user[?§'custom:y'].hasValue()",
      "CS303",
      "`user` has no declared `custom:y`",
      'Write `user["custom:x"]`, or declare it.',
    ],
    [
      "request.§scope.size() == 0",
      "CS303",
      "`request` has no declared `scope`",
      "Write `request.scopes`, or declare it.",
    ],
  ])("%s", held);
});

describe("which attribute is read is never worked out", () => {
  const role = "which field of `staff` is read must be written out";
  const fix = 'Write `staff["<name>"]`, a name in quotes.';
  test.for<Row>([
    ["§staff[staff.role] == 'x'", "CS304", role, fix],
    ["§staff['ro' + 'le'] == 'x'", "CS304", role, fix],
    ["§staff[staff.level > 1 ? 'role' : 'phone'] == 'x'", "CS304", role, fix],
    ["staff.wards.exists(w, §staff[w] == 'x')", "CS304", role, fix],
    [
      "§staff.home[staff.role] == 'x'",
      "CS304",
      "which field of `staff.home` is read must be written out",
      'Write `staff.home["<name>"]`, a name in quotes.',
    ],
    [
      "§user[staff.role] == 'x'",
      "CS304",
      "which field of `user` is read must be written out",
      'Write `user["<name>"]`, a name in quotes.',
    ],
  ])("%s", held);
});

describe("what every object has is declared by nobody", () => {
  test.for<Row>([
    ["staff.§constructor == 'x'", "CS303", "`staff` has no declared `constructor`", "Declare `staff.constructor`"],
    ["staff.§__proto__ == 'x'", "CS303", "`staff` has no declared `__proto__`", "Declare `staff.__proto__`"],
    ["has(staff.§toString)", "CS303", "`staff` has no declared `toString`", "Declare `staff.toString`"],
    ["staff[?§'__proto__'].hasValue()", "CS303", "`staff` has no declared `__proto__`", "Declare `staff.__proto__`"],
    ["teams.exists(t, has(t.§valueOf))", "CS303", "a row of `teams` has no declared `valueOf`", "Declare `valueOf`"],
  ])("%s", held);

  test.for([
    "__proto__ == 'x'",
    "constructor.name == 'x'",
    "staff.hasOwnProperty('x')",
    "valueOf() == 1",
    "dyn(1) == 1",
  ])("%s is outside the language", (expression) => {
    const codes = checkClaimMap(mapAsking(expression)).findings.flatMap(({ level, code }) =>
      level === "error" ? [code] : [],
    );
    expect(codes).toEqual([expect.stringMatching(/^CS30[137]$/)]);
  });
});

describe("a letter of another alphabet is no letter of a name", () => {
  test.for<Row>([
    ["st§\u0430ff.role == 'x'", "CS301", "Unexpected character: \u0430", ""],
    ["staff.r§\u043ele == 'x'", "CS301", "Unexpected character: \u043e", ""],
    ["has(§\uff53taff.role)", "CS301", "Unexpected character: \uff53", ""],
    ["staff[§'r\u043ele'] == 'x'", "CS303", "`staff` has no declared `r\u043ele`", ""],
  ])("%s", held);
});

function held([marked, code, message, fix]: Row): void {
  const expression = marked.replace("§", "");
  const text = mapAsking(expression);
  const place = positionIn(text, JSON.stringify(expression), 1 + marked.indexOf("§"));
  const errors = checkClaimMap(text).findings.filter(({ level }) => level === "error");
  expect(errors.map((error) => ({ ...error, message: error.message.split("\n")[0] }))).toEqual([
    expect.objectContaining({ code, message, fix: expect.stringContaining(fix), ...place }),
  ]);
}
