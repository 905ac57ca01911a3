import { expect, test } from "vitest";
import { tokenValue } from "../../../claims/evaluate/token-value.ts";
import type { Value } from "../../../claims/facts.ts";

test.for<[what: string, value: Value, said: unknown]>([
  ["a text", "a", "a"],
  ["a truth value", false, false],
  ["an int", 42n, 42],
  ["the largest int there is in JSON", 2n ** 53n - 1n, 2 ** 53 - 1],
  ["a double", 1.5, 1.5],
  ["a timestamp, in whole seconds", new Date(1_999), 1],
  ["a timestamp before 1970", new Date(-1), -1],
  ["a list", [1n, [true]], [1, [true]]],
])("%s is said as it is", ([, value, said]) => {
  expect(tokenValue(value)).toEqual(said);
});

test.for<[what: string, value: Value]>([
  ["an int beyond 2^53 - 1", 2n ** 53n],
  ["what is no number", Number.NaN],
  ["an infinity", Number.NEGATIVE_INFINITY],
  ["a row of a query", { attributes: new Map() }],
])("%s cannot be said, nor can anything with it inside", ([, value]) => {
  expect(tokenValue(value)).toBeUndefined();
  expect(tokenValue(["a", value])).toBeUndefined();
  expect(tokenValue(new Map([["a", [value]]]))).toBeUndefined();
});

test("a map is an object, whose keys mean nothing to JavaScript", () => {
  const said = tokenValue(
    new Map<string, Value>([
      ["__proto__", "x"],
      ["b", 1n],
    ]),
  );
  expect(JSON.stringify(said)).toBe('{"__proto__":"x","b":1}');
  expect(Object.getPrototypeOf(said)).toBeNull();
});
