import { expect, test } from "vitest";
import { matchPatterns } from "../../../claims/evaluate/match-patterns.ts";
import { compilePatterns } from "../../../claims/evaluate/pattern.ts";
import { compilePattern } from "../../../claims/evaluate/re2-pattern.ts";

const { matches, covers } = matchPatterns(compilePatterns(["b+"], compilePattern));

test("an expression asks whether a pattern occurs, a declaration whether it covers the whole text", () => {
  expect([matches("b+", "abba"), covers("b+", "abba")]).toEqual([true, false]);
  expect([matches("b+", "bb"), covers("b+", "bb")]).toEqual([true, true]);
});

test("a pattern that the plan does not list is a mistake in the program, told without the text it is held against", () => {
  expect(() => matches("nora", "nora@example.com")).toThrow(new TypeError("a pattern that is not in the plan's list"));
});
