import fc from "fast-check";
import { expect, test } from "vitest";
import { closeName } from "../../../claims/shape/close-name.ts";

const KEYS = ["value", "when", "to", "sealFor", "effect", "required"];

test.for([
  ["a letter too few", "requird", "required"],
  ["a letter too many", "vallue", "value"],
  ["another letter", "efffct", "effect"],
  ["two letters swapped", "wehn", "when"],
  ["another case", "SealFor", "sealFor"],
  ["another way to join words", "seal_for", "sealFor"],
] as const)("%s still says what was meant", ([, written, meant]) => {
  expect(closeName(written, KEYS)).toBe(meant);
});

test.for([
  ["nothing is close", "declassify"],
  ["the name is too short to tell", "t"],
] as const)("no name is offered where %s", ([, written]) => {
  expect(closeName(written, KEYS)).toBeUndefined();
});

test("no name is offered where two are as close as each other", () => {
  expect(closeName("V44", ["V41", "V42"])).toBeUndefined();
  expect(closeName("chart.rexd", ["chart.read", "chart.write"])).toBe("chart.read");
});

test("a name is closest to itself, and nothing offered is not a known name", () => {
  const name = fc.string({ minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(name, fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), (written, known) => {
      expect([undefined, ...known]).toContain(closeName(written, known));
      expect(closeName("distinct", ["distinct", "district"])).toBe("distinct");
    }),
  );
});
