import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonValue } from "../../../cognito/json.ts";
import { expectedPatterns, isExpected } from "../../../local/map-tests/expected-value.ts";
import { shownActual, shownExpected } from "../../../local/map-tests/shown-value.ts";

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;

test("every value is the expected one where it was copied, and only there", () => {
  fc.assert(
    fc.property(json, json, (one, other) => {
      fc.pre(expectedPatterns(one).length === 0);
      const [expected, actual] = [one, other].map((each) => JSON.parse(JSON.stringify(each)) as JsonValue);
      expect(isExpected(expected ?? null, actual)).toBe(isDeepStrictEqual(expected, actual));
      expect(isExpected(expected ?? null, structuredClone(expected))).toBe(true);
    }),
  );
});

test.for([
  [{ matches: "^a.c$" }, "abc", true],
  [{ matches: "b" }, "abc", true],
  [{ matches: "^b" }, "abc", false],
  [{ matches: "1" }, 1, false],
  [[{ matches: "a" }, 2], ["a", 2], true],
  [{ a: { matches: "x" } }, { a: "x" }, true],
  [{ a: { matches: "x" } }, { a: "x", b: 1 }, false],
  [{ matches: "a", also: 1 }, { matches: "a", also: 1 }, true],
  [{ matches: 1 }, { matches: 1 }, true],
  [{ matches: "a" }, { matches: "a" }, false],
  [null, undefined, false],
  [null, null, true],
  ["1", 1, false],
  [[1, 2], [2, 1], false],
  [{}, [], false],
] as const)("%j and %j: %j", ([expected, actual, is]) => {
  expect(isExpected(expected, actual)).toBe(is);
});

test("a shown value has its form, and of its texts and numbers those that are stated", () => {
  const value = { role: "clerk", name: "Anna", tags: ["a", "clerk"], level: 3, age: 44, on: true, none: null };
  const stated = new Set<JsonValue>(["role", "clerk", "level", 3]);
  expect(shownActual(value, stated)).toBe(
    '{ "role": "clerk", <name>: <text of 4>, <name>: [<text of 1>, "clerk"], "level": 3, <name>: <number>, <name>: true, <name>: null }',
  );
  expect(shownExpected({ matches: "^a" })).toBe('text that matches "^a"');
  expect(shownExpected(["a", 1])).toBe('["a",1]');
});
