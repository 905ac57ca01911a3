import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClaimsError } from "../../../claims/claims-error.ts";
import { compilePatterns } from "../../../claims/evaluate/pattern.ts";
import { compilePattern } from "../../../claims/evaluate/re2-pattern.ts";
import { checkPattern } from "../../../claims/language/check-pattern.ts";

describe("a pattern", () => {
  test.for<readonly [pattern: string, text: string, occurs: boolean, covers: boolean]>([
    ["b+", "abbc", true, false],
    ["b+", "bb", true, true],
    ["^b", "ab", false, false],
    // The first alternative matches too soon; the whole is covered all the same.
    ["a|ab", "ab", true, true],
    ["a*?", "aaa", true, true],
    ["", "", true, true],
    ["", "a", true, false],
    // `$` is the end, not the end but for a line feed, and the dot is one character, whatever its length in UTF-16.
    ["a$", "a\n", false, false],
    [".", "🩺", true, true],
    [".", "\n", false, false],
    ["(?i)straße", "STRAßE", true, true],
    // ASCII, as RE2 has it.
    ["\\w+", "é", false, false],
    ["\\p{L}+", "é", true, true],
    ["[^\\x00-\\x7F]", "\uD800", true, true],
    ["\\Qa.b\\E", "a.b", true, true],
    ["\\Qa.b\\E", "axb", false, false],
  ])("%j and %j: occurs %s, covers %s", ([pattern, text, occurs, covers]) => {
    expect(checkPattern(pattern)).toBeNull();
    const { occursIn, covers: coversAll } = compilePattern(pattern);
    expect([occursIn(text), coversAll(text)]).toEqual([occurs, covers]);
  });

  test("answers as JavaScript's engine does where both have the same syntax", () => {
    const atom = fc.constantFrom("a", "b", "[ab]", "[^a]", ".", "\\d", "\\w", "^", "$", "\\b");
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        atom,
        fc.tuple(tie("pattern"), tie("pattern")).map(([one, other]) => one + other),
        fc.tuple(tie("pattern"), tie("pattern")).map(([one, other]) => `(?:${one}|${other})`),
        fc
          .tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "*?", "{0,2}", "{2}"))
          .map(([one, times]) => `(?:${one})${times}`),
      ),
    }));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "1", " ", "\n"), maxLength: 8 });
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 5 }), (source, texts) => {
        fc.pre(checkPattern(source) === null);
        const ours = compilePattern(source);
        const [search, whole] = [new RegExp(source, "u"), new RegExp(`^(?:${source})$`, "u")];
        expect(texts.map(ours.occursIn)).toEqual(texts.map((each) => search.test(each)));
        expect(texts.map(ours.covers)).toEqual(texts.map((each) => whole.test(each)));
      }),
      { numRuns: 3_000 },
    );
  });

  test("remembers nothing from one text to the next", () => {
    const { occursIn, covers } = compilePattern("(a)(b)?");
    const asked = ["ab", "b", "a", "ab", "", "ba"];
    const first = asked.map((text) => [occursIn(text), covers(text)]);
    expect(asked.toReversed().map((text) => [occursIn(text), covers(text)])).toEqual(first.toReversed());
  });

  test("is compiled once, and found by its text", () => {
    const compiled: string[] = [];
    const patterns = compilePatterns(["a", "b"], (pattern) => {
      compiled.push(pattern);
      return compilePattern(pattern);
    });
    expect(patterns.get("b")?.covers("b")).toBe(true);
    expect(patterns.get("c")).toBeUndefined();
    expect(compiled).toEqual(["a", "b"]);
  });
});

test("patterns without an engine stop the start; a plan without patterns needs none", () => {
  expect(() => compilePatterns(["a"], undefined)).toThrow(
    new ClaimsError("ENGINE_MISSING", "the plan has patterns; hand over compilePattern of re2.mjs"),
  );
  expect(compilePatterns([], undefined).size).toBe(0);
});

describe("the check of a pattern", () => {
  const linear = (begins: string, what: string): string =>
    `\`${begins}\`: ${what} takes more than linear time, and is not there`;

  test.for<readonly [pattern: string, problem: string, at: number | null]>([
    ["x(?=a)b", linear("(?=", "looking ahead or behind"), 1],
    ["x(?!a)b", linear("(?!", "looking ahead or behind"), 1],
    ["x(?<=a)b", linear("(?<=", "looking ahead or behind"), 1],
    ["x(?<!a)b", linear("(?<!", "looking ahead or behind"), 1],
    ["(?=a)(?=b)", linear("(?=", "looking ahead or behind"), null],
    ["(a)\\1", linear("\\1", "referring back to a group"), 3],
    ["(?<x>a)\\k<x>", linear("\\k", "referring back to a group"), 7],
    ["(?P<x>a)(?P=x)", "invalid or unsupported Perl syntax: `(?P`", null],
    ["(?P=x)", linear("(?P=", "referring back to a group"), 0],
    ["(?>a)", "invalid or unsupported Perl syntax: `(?>`", 0],
    ["xa++", "invalid nested repetition operator: `++`", 2],
    ["x[a", "missing closing ]: `[a`", 1],
    ["(", "missing closing ): `(`", 0],
    ["[b-a]", "invalid character class range: `b-a`", 1],
    ["a\\", "trailing backslash at end of expression", null],
    ["a{1001}", "invalid repeat count (at most 1000, nested ones multiplied): `{1001}`", 1],
    ["(?:a{50}){50}", "invalid repeat count (at most 1000, nested ones multiplied): `{50}`", null],
    ["a{0,999}", "its counted repetitions come to 2000 steps; at most 1000 are allowed", null],
    ["a".repeat(257), "a pattern has at most 256 characters; this one has 257", null],
  ])("has this against %s: %s", ([pattern, problem, at]) => {
    expect(checkPattern(pattern)).toEqual({ problem, at });
  });

  test.for([
    "a".repeat(256),
    "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$",
    "^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$",
    "(?<year>\\d{4})-(?P<month>\\d{2})",
    "[[:alpha:]]+\\p{Greek}\\z",
  ])("has nothing against %s", (pattern) => {
    expect(checkPattern(pattern)).toBeNull();
    expect(() => compilePattern(pattern)).not.toThrow();
  });

  test("has an answer for any text at all, and what it lets pass compiles", () => {
    const symbols = fc.constantFrom(..."ab\\()[]{}?*+|^$.:<>=!,-09PkQE\n".split(""), "é", "\uD800");
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: symbols, maxLength: 30 }), fc.string({ unit: "binary" })), (pattern) => {
        const found = checkPattern(pattern);
        expect(found?.problem).not.toBe("");
        expect(found === null ? typeof compilePattern(pattern).covers(pattern) : "boolean").toBe("boolean");
      }),
      { numRuns: 3_000 },
    );
  });
});
