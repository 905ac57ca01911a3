import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WrittenDeclaration, WrittenField } from "../../../claims/claim-map.ts";
import { evaluate, worldOf } from "../../../claims/evaluate/evaluate.ts";
import type { Fact, Value } from "../../../claims/facts.ts";
import type { Compilation } from "../../../claims/language/compilation.ts";
import { compileExpression } from "../../../claims/language/expression.ts";
import { readKnownValues } from "../../../claims/language/known-values.ts";
import { vocabularyOf } from "../../../claims/language/vocabulary.ts";
import { aClaimMap, aReadMap, declared } from "../a-read-map.ts";
import { compileText, randomExpressions } from "../evaluate/random-expressions.ts";
import { problems } from "./a-language.ts";

/** Names and texts that something, somewhere, takes for more than text. */
const NAUGHTY: readonly string[] = [
  ["__proto__", "constructor", "prototype", "hasOwnProperty", "toString", "valueOf", "__defineGetter__"],
  ["", " ", ".", "a.b", "a[b]", 'a"b', "a'b", "a\\b", "a`b", "${a}", "{a}", "<a>", "a, b", "list<string>", "$0"],
  ["\u0000", "\t", "\n", "\r\n", "\u2028", "\ufeff", "\u202e", "e\u0301", "💙", "字", "İ", "ﬀ", "null", "undefined"],
  ["NaN", "true", "0", "-1", "1e309", "in", "user", "def", "@0", "fields.0", "map", "dyn", "' || true || '"],
  ["x".repeat(2_000)],
].flat();

const quote = (text: string): string => JSON.stringify(text).replaceAll("\u2028", "\\u2028");

/** Compiles over a source of these attributes. */
function compiler(attributes: { readonly [name: string]: WrittenDeclaration }): (text: string) => Compilation {
  const map = aClaimMap({
    sources: {
      row: {
        dynamodb: { table: "rows", key: { pk: "{user.sub}" }, consistent: false },
        trust: "operator",
        onMissing: "deny",
        onError: "deny",
        attributes,
      },
    },
  });
  const read = aReadMap(map);
  const vocabulary = vocabularyOf(read, readKnownValues(read));
  return (text) => compileExpression(read, ["value"], text, vocabulary, false);
}

function value({ compiled, findings }: Compilation, fact: Fact = { state: "absent" }): unknown {
  expect(findings).toEqual([]);
  const outcome =
    compiled &&
    evaluate(
      compiled.expr,
      worldOf(() => fact),
    );
  return outcome?.known ? outcome.value : outcome?.because;
}

describe("any name", () => {
  const entries = NAUGHTY.map((name) => [name, declared("string")] as const);
  const compile = compiler(Object.fromEntries(entries));
  const bare = compiler({});

  test.for(NAUGHTY)("%j is an attribute where it is declared, and nothing where it is not", (name) => {
    expect(compile(`row[${quote(name)}]`).compiled?.expr).toEqual({ op: "ref", ref: ["row", name] });
    expect(compile(`row[?${quote(name)}].hasValue()`).compiled?.expr).toEqual({ op: "has", ref: ["row", name] });
    for (const text of [`row[${quote(name)}]`, `row[?${quote(name)}].hasValue()`, `row[?${quote(name)}].orValue('')`]) {
      expect(bare(text).findings.map(({ code }) => code)).toEqual(["CS303"]);
    }
  });

  test.for(NAUGHTY)("%j is a field where it is declared, and nothing where it is not", (name) => {
    const field: WrittenField = { type: "string" };
    const own = compiler({ home: declared("map", { fields: Object.fromEntries([[name, field]]) }) });
    const there: Fact = { state: "present", value: new Map<string, Value>([[name, "x"]]) };
    const empty: Fact = { state: "present", value: new Map<string, Value>() };
    expect(value(own(`row.home[${quote(name)}]`), there)).toBe("x");
    expect(value(own(`row.home[${quote(name)}]`), empty)).toBe("absent");
    expect(value(own(`row.home[?${quote(name)}].orValue('none')`), empty)).toBe("none");
    const other = compiler({ home: declared("map", { fields: { city: field } }) });
    expect(other(`row.home[${quote(name)}]`).findings.map(({ code }) => code)).toEqual(["CS303"]);
  });

  test.for(NAUGHTY)("%j is a key and a text like any other", (text) => {
    const compiled = (source: string): unknown => value(compile(source));
    expect(compiled(`{${quote(text)}: 1}[${quote(text)}]`)).toBe(1n);
    expect(compiled(`{'a': 1}[?${quote(text)}].orValue(2)`)).toBe(2n);
    expect(compiled(`${quote(text)} in {'a': 1}`)).toBe(false);
    expect(compiled(`[${quote(text)}].exists(e, e == ${quote(text)})`)).toBe(true);
    expect(compiled(`json({${quote(text)}: 'x'})`)).toBe(`{${JSON.stringify(text)}:"x"}`);
  });

  test.for(NAUGHTY.filter((name) => /^[A-Za-z_]\w*$/.test(name) && name.length < 100))(
    "%s as the name of a macro's element is that element, or refused",
    (name) => {
      const compilation = compile(`[1].map(${name}, ${name} + 1)`);
      const codes = compilation.findings.map(({ code }) => code);
      expect([[2n], ["CS301"]]).toContainEqual(compilation.compiled ? value(compilation) : codes);
    },
  );

  test.for(["user", "client", "request", "tenant", "partition", "def", "now", "row"])(
    "%s names nothing else, though this map may have none",
    (name) => {
      expect(bare(`[1].map(${name}, 1)`).findings.map(({ code }) => code)).toEqual(["CS301"]);
      expect(bare(`cel.bind(${name}, 1, 1)`).findings.map(({ code }) => code)).toEqual(["CS301"]);
    },
  );

  test.for(["constructor", "hasOwnProperty", "toString", "valueOf", "__defineGetter__", "isPrototypeOf"])(
    "%s is no root, no field and no function of anything",
    (name) => {
      const codes = (text: string): readonly string[] => problems(text).map(([code]) => code);
      expect(codes(name)).toEqual(["CS303"]);
      expect(codes(`staff.${name}`)).toEqual(["CS303"]);
      expect(codes(`staff.address.${name}`)).toEqual(["CS303"]);
      expect(codes(`has(staff.address.${name})`)).toEqual(["CS303"]);
      expect(codes(`memberships.map(m, m.${name})`)).toEqual(["CS303"]);
      expect(codes(`def.${name}`)).toEqual(["CS303"]);
      expect(codes(`client.metadata.${name}`)).toEqual(["CS303"]);
      expect(codes(`${name}(staff.level)`)).toEqual(["CS307"]);
      expect(codes(`staff.wards.${name}()`)).toEqual(["CS307"]);
      expect(codes(`staff.profession.${name}`)).toEqual(["CS302"]);
    },
  );
});

describe("any text", () => {
  const marks = [
    "()[]{}.,:?|&!<>=+-*/%'\"\\@#$~ \n".split(""),
    "&&",
    "||",
    ".?",
    "[?",
    "in",
    "has(",
    "cel.bind(",
    ".map(x, ",
  ].flat();
  const change = fc.record({
    at: fc.nat(),
    cut: fc.nat({ max: 6 }),
    put: fc.oneof(fc.constantFrom(...marks), fc.string()),
  });

  test("that was an expression and was written over has a tree or a coded finding, in its place", () => {
    let broken = 0;
    fc.assert(
      fc.property(randomExpressions(true), fc.array(change, { minLength: 1, maxLength: 3 }), (source, changes) => {
        const text = changes.reduce((old, { at, cut, put }) => {
          const from = at % (old.length + 1);
          return old.slice(0, from) + put + old.slice(from + cut);
        }, source);
        const { compiled, findings } = compileText(text);
        expect(compiled === null).toBe(findings.length > 0);
        if (findings.length > 0) broken += 1;
        for (const { code, message, fix, column } of findings) {
          expect(code).toMatch(/^CS3\d\d$/);
          expect(message).not.toBe("");
          expect(fix).not.toBe("");
          expect(column).toBeGreaterThan(0);
          expect(column).toBeLessThanOrEqual(text.length + 1);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(broken).toBeGreaterThan(1_000);
  });

  test.for<[what: string, text: string, comesTo: unknown]>([
    ["doubts", `${"!".repeat(1_900)}true`, true],
    ["sums", `1${"+1".repeat(980)}`, 981n],
    ["conditions", `true${"&&true".repeat(650)}`, true],
    ["alternatives", `${"false||".repeat(580)}true`, true],
    ["choices", `${"false?1:".repeat(30)}2`, 2n],
    ["bindings", `${Array.from({ length: 30 }, (_, n) => `cel.bind(a${n},1,`).join("")}a29${")".repeat(30)}`, 1n],
    ["accesses", `{'a':1}${".filter(x,true)".repeat(60)}.size()`, 1n],
  ])("of as many %s as it may have is worked out", ([, text, comesTo]) => {
    expect(value(compileText(text))).toBe(comesTo);
  });

  test.for<[what: string, text: string]>([
    ["brackets that open and never close", "[".repeat(4_000)],
    ["calls in calls", `${"size(".repeat(600)}1${")".repeat(600)}`],
    ["accesses without end", `staff${".a".repeat(2_000)}`],
    ["optionals without end", `staff.address${".?city".repeat(600)}.hasValue()`],
    ["conditions in conditions", `${"true ? ".repeat(500)}1${" : 1".repeat(500)}`],
    [
      "bindings in bindings",
      `${Array.from({ length: 150 }, (_, n) => `cel.bind(a${n}, 1, `).join("")}1${")".repeat(150)}`,
    ],
    ["nothing", ""],
    ["a comment", "// nothing"],
    ["half a character", '"\\ud83d"'],
    ["a number beyond all numbers", "1e999"],
  ])("of %s is refused with a code", ([, text]) => {
    expect(problems(text).map(([code]) => code.slice(0, 3))).toContain("CS3");
  });
});
