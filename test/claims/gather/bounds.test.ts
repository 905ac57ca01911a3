import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_MATCHED_CHARACTERS } from "../../../claims/evaluate/pattern.ts";
import { compilePattern } from "../../../claims/evaluate/re2-pattern.ts";
import type { Value } from "../../../claims/facts.ts";
import { withinBounds } from "../../../claims/gather/bounds.ts";
import type { Field, PlanType, Scalar } from "../../../claims/plan.ts";

const covers = (pattern: string, text: string): boolean => compilePattern(pattern).covers(text);
const day = (text: string): Date => new Date(`${text}T00:00:00Z`);

const rows: readonly [what: string, field: Field, value: Value, within: boolean][] = [
  ["an int at its least", { type: "int", min: 5 }, 5n, true],
  ["an int below it", { type: "int", min: 5 }, 4n, false],
  ["an int at its most", { type: "int", max: 5 }, 5n, true],
  ["an int above it", { type: "int", max: 5 }, 6n, false],
  ["the largest int against the one below", { type: "int", max: 2 ** 53 - 2 }, 2n ** 53n - 1n, false],
  ["an int against a fraction", { type: "int", min: 4.5 }, 4n, false],
  ["a double just above", { type: "double", max: 0.3 }, 0.1 + 0.2, false],
  ["a zero of either sign", { type: "double", min: 0 }, -0, true],
  ["a day against a text", { type: "timestamp", min: "2026-01-01T00:00:00Z" }, day("2025-12-31"), false],
  ["the day itself, in another zone", { type: "timestamp", max: "2026-01-01T02:00:00+02:00" }, day("2026-01-01"), true],
  ["a day against seconds", { type: "timestamp", max: 1_700_000_000 }, new Date(1_700_000_000_001), false],
  ["every item of a list", { type: { list: "int" }, min: 1 }, [1n, 0n], false],
  ["every entry of a map", { type: { map: { list: "int" } }, max: 1 }, new Map([["a", [1n, 2n]]]), false],
  ["a bound that is no number", { type: "int", min: "5" }, 9n, false],
  ["a text that a pattern covers", { type: "string", pattern: "[a-z]+" }, "abc", true],
  ["a text in which a pattern only occurs", { type: "string", pattern: "[a-z]+" }, "abc1", false],
  ["a line break behind the end", { type: "string", pattern: "[a-z]+$" }, "abc\n", false],
  ["a key of a map", { type: { map: "int" }, pattern: "[a-z]" }, new Map([["A", 1n]]), false],
  ["a long text", { type: "string", pattern: "a*" }, "a".repeat(MAX_MATCHED_CHARACTERS), true],
  ["a text too long to be matched", { type: "string", pattern: "a*" }, "a".repeat(MAX_MATCHED_CHARACTERS + 1), false],
  ["a number that is listed", { type: "double", values: [0.5, 1] }, 0.5, true],
  [
    "a day that is listed, in another zone",
    { type: "timestamp", values: ["2026-01-01T01:00:00+01:00"] },
    day("2026-01-01"),
    true,
  ],
  ["a list of lists", { type: { list: { list: "string" } }, maxItems: 1 }, [["a", "b"]], false],
];

test.for(rows)("%s: %o, %o", ([, field, value, within]) => {
  expect(withinBounds(field, value, covers)).toBe(within);
});

/** The rules again, said in another way: every part of a value, and the one thing that binds it. */
function model(field: Field, value: Value): boolean {
  const texts: string[] = [];
  const scalars: Value[] = [];
  const sizes: number[] = [];
  const walk = (part: Value): void => {
    if (Array.isArray(part)) {
      sizes.push(part.length);
      for (const each of part as readonly Value[]) walk(each);
    } else if (part instanceof Map) {
      sizes.push(part.size);
      texts.push(...(part.keys() as Iterable<string>));
      for (const each of part.values() as Iterable<Value>) walk(each);
    } else {
      scalars.push(part);
      if (typeof part === "string") texts.push(part);
    }
  };
  walk(value);
  const order = (part: Value): number => (part instanceof Date ? part.getTime() / 1000 : Number(part));
  const numbers = scalars.filter((part) => typeof part !== "string" && typeof part !== "boolean");
  return (
    sizes.every((size) => size <= (field.maxItems ?? Infinity)) &&
    texts.every((text) => Buffer.byteLength(JSON.stringify(text).slice(1, -1)) <= (field.maxLength ?? Infinity)) &&
    texts.every((text) => field.pattern === undefined || /^[ab"]*$/.test(text)) &&
    numbers.every((part) => order(part) >= Number(field.min ?? -Infinity)) &&
    numbers.every((part) => order(part) <= Number(field.max ?? Infinity)) &&
    scalars.every(
      (part) =>
        field.values?.some(
          (each) => each === (typeof part === "string" || typeof part === "boolean" ? part : order(part)),
        ) ?? true,
    )
  );
}

const text = fc.string({ unit: fc.constantFrom("a", "b", '"', "é", "\n"), maxLength: 4 });
const ofScalar: { readonly [scalar in Scalar]: fc.Arbitrary<Value> } = {
  string: text,
  bool: fc.boolean(),
  int: fc.integer({ min: -3, max: 3 }).map(BigInt),
  double: fc.constantFrom(-1.5, -1, 0, 0.5, 2),
  timestamp: fc.integer({ min: -3, max: 3 }).map((seconds) => new Date(seconds * 1000)),
};
const typed: fc.Arbitrary<readonly [PlanType, Value]> = fc
  .tuple(
    fc.constantFrom<Scalar>("string", "bool", "int", "double", "timestamp"),
    fc.constantFrom("", "list", "map", "both"),
  )
  .chain(([scalar, shape]): fc.Arbitrary<readonly [PlanType, Value]> => {
    const item = ofScalar[scalar];
    const list = fc.array(item, { maxLength: 3 });
    const map = (of: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
      fc.array(fc.tuple(text, of), { maxLength: 3 }).map((entries) => new Map(entries));
    if (shape === "list") return list.map((value) => [{ list: scalar }, value] as const);
    if (shape === "map") return map(item).map((value) => [{ map: scalar }, value] as const);
    if (shape === "both") return map(list).map((value) => [{ map: { list: scalar } }, value] as const);
    return item.map((value) => [scalar, value] as const);
  });
const bounds = fc.record(
  {
    maxLength: fc.integer({ min: 0, max: 5 }),
    maxItems: fc.integer({ min: 0, max: 3 }),
    min: fc.integer({ min: -3, max: 3 }),
    max: fc.integer({ min: -3, max: 3 }),
    pattern: fc.constant('[ab"]*'),
    values: fc.array(fc.constantFrom<string | number | boolean>("a", "", true, false, 0, 1, 0.5, -1.5), {
      minLength: 1,
    }),
  },
  { requiredKeys: [] },
);

test("a value is within its bounds exactly if every part of it is within the one that binds it", () => {
  fc.assert(
    fc.property(typed, bounds, ([type, value], bound) => {
      const field = { type, ...bound };
      expect(withinBounds(field, value, covers)).toBe(model(field, value));
    }),
    { numRuns: 3_000 },
  );
});
