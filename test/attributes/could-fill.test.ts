import fc from "fast-check";
import { expect, test } from "vitest";
import { couldFill } from "../../attributes/could-fill.ts";
import { keyTexts } from "../../claims/gather/key-text.ts";
import type { TemplatePart } from "../../claims/plan.ts";

const ref = { ref: ["user", "sub"] } as const;

test.for<[template: readonly TemplatePart[], text: string, isOpen: boolean, could: boolean]>([
  [["STAFF#", ref], "STAFF#u1", false, true],
  [["STAFF#", ref], "STAFF#", false, false],
  [["STAFF#", ref], "USER#u1", false, false],
  [[ref], "u1", false, true],
  [[ref], "", false, false],
  [["INFO"], "INFO", false, true],
  [["INFO"], "INFO2", false, false],
  [["A#", ref, "#B#", ref], "A#1#B#2", false, true],
  [["A#", ref, "#B#", ref], "A##B#2", false, false],
  [[ref, "#END"], "x#END", false, true],
  [[ref, "#END"], "#END", false, false],
  [["ORG#"], "ORG#acme", true, true],
  [["ORG#"], "SEAT#acme", true, false],
  [["ORG#", ref, "#"], "ORG#acme#1", true, true],
  [["ORG#", ref, "#"], "ORG#acme", true, false],
])("%j could be %j (open: %s): %s", ([template, text, isOpen, could]) => {
  expect(couldFill(template, text, isOpen)).toBe(could);
});

test("whatever a sign-in fills in could be, alone and with something behind it", () => {
  // As a map is read: fixed texts and references take turns.
  const fixed = fc.constantFrom("A#", "#", "::", "x");
  const parts = fc
    .tuple(fc.boolean(), fc.array(fixed, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([first, texts, last]): TemplatePart[] => [
      ...(first ? [ref] : []),
      ...texts.flatMap((text, index) => (index === 0 ? [text] : [ref, text])),
      ...(last ? [ref] : []),
    ]);
  let filled = 0;
  fc.assert(
    fc.property(parts, fc.string({ minLength: 1, maxLength: 4 }), (template, value) => {
      const texts = keyTexts({ pk: template }, () => ({ state: "present", value }));
      if (texts === undefined) return;
      filled += 1;
      expect(couldFill(template, texts["pk"] ?? "")).toBe(true);
      expect(couldFill(template, `${texts["pk"]}more`, true)).toBe(true);
    }),
    { numRuns: 300 },
  );
  expect(filled).toBeGreaterThan(50);
});
