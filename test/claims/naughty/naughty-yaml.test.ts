import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { mapWith, positionIn, soundMap } from "../a-map-text.ts";
import { watchPrototypes } from "./naughty-strings.ts";

watchPrototypes();

const role = "role: { value: staff.role, to: [access, id], effect: grants }";
const level = "level: { type: int, class: open }";

/** An expression without quotes, as people write it who think of it as text. */
const inBraces = (expression: string): string =>
  mapWith([role, `role: { value: ${expression}, to: [access, id], effect: grants }`]);
const onItsLine = (expression: string): string =>
  mapWith([role, `role:\n        value: ${expression}\n        to: [access, id]\n        effect: grants`]);

/** Every error with its code, its fix, and whether it stands where the expression begins. */
function said(text: string, expression: string): readonly string[] {
  const { line, column } = positionIn(text, `value: ${expression}`, "value: ".length);
  return checkClaimMap(text).findings.flatMap(({ level: rank, code, fix, line: at, column: from }) =>
    rank === "error" ? [`${code} ${at === line && from === column ? "here" : `${at - line}:${from}`} ${fix}`] : [],
  );
}

describe("an expression that YAML takes apart is printed as it should be quoted", () => {
  test.for([
    ["!has(staff.level)", '"!has(staff.level)"'],
    ["[staff.role]", '"[staff.role]"'],
    ["{'role': staff.role}", `"{'role': staff.role}"`],
    ["staff.role + 'a: b'", `"staff.role + 'a: b'"`],
    ['"Dr " + staff.role', `'"Dr " + staff.role'`],
    ["'Dr ' + staff.role", `"'Dr ' + staff.role"`],
    ["has(staff.level) ? 'senior' : staff.role", `"has(staff.level) ? 'senior' : staff.role"`],
    ['staff.role + " #1"', `'staff.role + " #1"'`],
  ] as const)("in braces and on a line of its own: %s", ([expression, quoted]) => {
    const expected = [`CS108 here Write \`value: ${quoted}\`.`];
    expect(said(inBraces(expression), expression)).toEqual(expected);
    expect(said(onItsLine(expression), expression)).toEqual(expected);
  });

  test.for([
    ["staff.role.split(',')[0]", `"staff.role.split(',')[0]"`],
    ['staff.role.split("/").join(",")', `'staff.role.split("/").join(",")'`],
    ["last(staff.role, 2)", '"last(staff.role, 2)"'],
    ["matches(staff.role, '^n')", `"matches(staff.role, '^n')"`],
    ['staff.role in ["nurse", "clerk"]', `'staff.role in ["nurse", "clerk"]'`],
    ["cel.bind(r, staff.role, r + r)", '"cel.bind(r, staff.role, r + r)"'],
  ] as const)("in braces, where a comma and a bracket mean something: %s", ([expression, quoted]) => {
    expect(said(inBraces(expression), expression)).toEqual([`CS108 here Write \`value: ${quoted}\`.`]);
    expect(said(onItsLine(expression), expression)).toEqual([]);
  });

  test.for(["%staff.role", "@staff.role", "`staff.role`", "*", "&", "%", "@", "`", "!"])(
    "a sign that is no CEL either is said to be none: %s",
    (expression) => {
      for (const text of [inBraces(expression), onItsLine(expression)]) {
        expect(said(text, expression).map((each) => each.slice(0, 5))).toEqual(["CS108", "CS301"]);
      }
    },
  );

  test.for(["&staff.role", "*staff.role"])("an anchor and an alias are what they are to YAML: %s", (expression) => {
    for (const text of [inBraces(expression), onItsLine(expression)]) {
      expect(said(text, expression)).toContain(
        expression.startsWith("&")
          ? "CS102 here Write the value out where it is needed."
          : "CS102 here Write the value out.",
      );
    }
  });

  test.for(["[", "{", "]", "}", ",", '"', "'", "#", "-", "?", "|", ">", "~", "null", "- staff.role", "? staff.role"])(
    "what is no value at all has an error on its line or where its bracket opened: %s",
    (expression) => {
      for (const text of [inBraces(expression), onItsLine(expression)]) {
        const at = positionIn(text, `value: ${expression}`).line;
        const errors = checkClaimMap(text).findings.filter(({ level: rank }) => rank === "error");
        expect(errors.map(({ line }) => line - at)).toContain(0);
        for (const { code, fix } of errors) expect(`${code} ${fix}`).toMatch(/^CS(?:1\d\d|301) \S/);
      }
    },
  );
});

describe("what YAML has and a map has not is an error at its place, and the rest is read", () => {
  test.for([
    ["an anchor", ["limits: {", "limits: &§all {"], "CS102", "§&all"],
    ["a tag", ["name: clinic", "name: !!str clinic"], "CS102", "§!!str"],
    ["a merge key", ["limits: {", "limits: { <<: {}, "], "CS102", "§<<"],
    ["a merge key in quotes", ["limits: {", 'limits: { "<<": {}, '], "CS102", '§"<<"'],
    ["a key twice", ["limits: {", "limits: { idToken: 3000, "], "CS102", "§idToken: 3000 }"],
    ["a key of the top twice", ["limits: {", "name: other\nlimits: {"], "CS102", "§name: other"],
    ["a key that is a list", ["limits: {", "limits: { [a, b]: 1, "], "CS102", "§[a, b]"],
    ["`__proto__`", ["limits: {", "limits: { __proto__: { polluted: true }, "], "CS102", "§__proto__"],
    ["`constructor`", ["limits: {", "limits: { constructor: { prototype: { x: 1 } }, "], "CS102", "§constructor"],
    ["a second document", ["limits: {", "---\nlimits: {"], "CS102", "§---"],
    [
      "a tab that indents",
      [
        "    trust: operator\n    onMissing: deny\n    onError: deny\n    attributes:\n      tier",
        "\ttrust: operator\n    onMissing: deny\n    onError: deny\n    attributes:\n      tier",
      ],
      "CS101",
      "§\ttrust",
    ],
    ["a text that turns its line", ['purpose: "shown"', 'purpose: "\\u202Eshown"'], "CS102", '§"\\u202Eshown"'],
    ["half a character", ['purpose: "shown"', 'purpose: "shown\\uD83D"'], "CS102", '§"shown\\uD83D"'],
    ["a control character by escape", ['purpose: "shown"', 'purpose: "shown\\x07"'], "CS102", '§"shown\\x07"'],
  ] as const)("%s", ([, change, code, at]) => {
    const text = mapWith([change[0], change[1].replace("§", "")]);
    const place = positionIn(text, at.replace("§", ""), at.indexOf("§"));
    const { read, findings } = readClaimMap(text);
    expect(findings).toContainEqual(expect.objectContaining({ code, level: "error", ...place }));
    expect(Object.keys(read?.map.profiles ?? {})).toEqual(["people", "machines"]);
  });
});

test("a character that turns the order of a line is refused wherever it stands, a comment too", () => {
  for (const character of ["\u202a", "\u202e", "\u2066", "\u2069"]) {
    const text = mapWith(["groups: strip", `groups: strip # ${character}peek`]);
    const { findings } = checkClaimMap(text);
    expect(findings).toEqual([
      {
        code: "CS102",
        level: "error",
        path: [],
        ...positionIn(text, character),
        message: `U+${character.charCodeAt(0).toString(16).toUpperCase()} changes the order in which a line is shown`,
        fix: "Delete it: who reviews a map must see what it says.",
      },
    ]);
  }
});

test("right-to-left letters and emoji are text like any other", () => {
  for (const purpose of ["מוצג לאדם", "👩‍👩‍👧 shown", "नमस्ते"]) {
    expect(checkClaimMap(mapWith(['purpose: "shown"', `purpose: "${purpose}"`]))).toMatchObject({ findings: [] });
  }
});

describe("a number that is not what it seems is an error where it stands", () => {
  const numbers = ["9007199254740993", "-9007199254740993", "12345678901234567890123", "1e400", ".inf", ".nan", "0o17"];
  test.for(numbers)("as a value, a default and a bound: %s", (number) => {
    for (const key of ["values: [1, §]", "default: §", "max: §"]) {
      const text = mapWith([level, `level: { type: int, class: open, ${key.replace("§", number)} }`]);
      const errors = checkClaimMap(text).findings.filter(({ level: rank }) => rank === "error");
      expect(errors).toEqual([
        expect.objectContaining({ code: "CS105", fix: `Quote it: \`"${number}"\`.`, ...positionIn(text, number) }),
      ]);
    }
  });

  test.for([...numbers, "-1", "5000.5", "0"])("as a limit: %s", (number) => {
    const text = mapWith(["accessToken: 5000", `accessToken: ${number}`]);
    const [error] = checkClaimMap(text).findings;
    expect(error).toMatchObject({ code: "CS106", ...positionIn(text, `accessToken: ${number}`, 13) });
  });

  test.for(["9007199254740993", "[9007199254740993]", "{'a': 9007199254740993}"])("as a claim: %s", (value) => {
    const text = mapWith([role, `role: { value: "${value}", to: [access, id], effect: grants }`]);
    expect(checkClaimMap(text).findings.filter(({ level: rank }) => rank === "error")).toEqual([
      expect.objectContaining({
        code: "CS306",
        message: "no number in JSON is this large: beyond 2^53 - 1 it would be another one",
      }),
    ]);
  });
});

describe("a file beyond any that a person writes is refused at once", () => {
  test("10 MB of a sound map's comments, keys and values", () => {
    for (const part of ["# a comment\n", "  key: value\n", "[", "a: &a [*a]\n", "'"]) {
      const text = soundMap + part.repeat(Math.ceil(10_000_000 / part.length));
      expect(checkClaimMap(text)).toMatchObject({ ok: false, findings: [{ code: "CS110", line: 1, column: 1 }] });
    }
  });

  test("a thousand levels, in braces, brackets and by indentation", () => {
    const nests = [
      `limits: ${"[".repeat(1_000)}${"]".repeat(1_000)}\n`,
      `limits: ${"{ a: ".repeat(1_000)}${"}".repeat(1_000)}\n`,
      `limits:\n${Array.from({ length: 1_000 }, (_, depth) => `${" ".repeat(depth + 1)}a:\n`).join("")}`,
      `limits: ${"- ".repeat(1_000)}\n`,
    ];
    for (const nest of nests) {
      const codes = checkClaimMap(`version: 1\n${nest}`).findings.map(({ code }) => code);
      expect(codes).toContain("CS110");
    }
  });

  test("aliases of aliases, which would grow to billions", () => {
    const names = "abcdefghij".split("");
    const bomb = names.map((name, index) => {
      const before = names[index - 1];
      return `${name}: &${name} [${before ? Array(9).fill(`*${before}`).join(", ") : "lol"}]`;
    });
    const { findings } = checkClaimMap(`${soundMap}${bomb.join("\n")}\n`);
    expect(findings.filter(({ message }) => message.startsWith("an alias"))).toHaveLength(81);
  });
});
