import fc from "fast-check";
import { expect, test } from "vitest";
import { excerpt } from "../../../cli/formats/excerpt.ts";

const drawn = (source: string, line: number, column: number): readonly string[] =>
  excerpt(source.split("\n"), line, column).map(({ number, text }) => `${number ?? "-"}|${text}`);

test("shows the line, its neighbours and a caret under the column", () => {
  expect(drawn("a: 1\nb: two\nc: 3", 2, 4)).toEqual(["1|a: 1", "2|b: two", "-|   ^", "3|c: 3"]);
});

test("leaves out neighbours that are blank or not there", () => {
  expect(drawn("a: 1\n  \nc: 3", 1, 1)).toEqual(["1|a: 1", "-|^"]);
  expect(drawn("a: 1\n  \nc: 3", 3, 5)).toEqual(["3|c: 3", "-|    ^"]);
});

test("a place outside the text has no excerpt; one behind the last character has its caret there", () => {
  expect(drawn("a: 1", 2, 1)).toEqual([]);
  expect(drawn("a: 1", 0, 1)).toEqual([]);
  expect(drawn("a: [", 1, 5)).toEqual(["1|a: [", "-|    ^"]);
  expect(drawn("", 1, 1)).toEqual(["1|", "-|^"]);
});

test("a tab is four columns wide, a line ends before its carriage return", () => {
  expect(drawn("\t\ta: 1\r\n", 1, 3)).toEqual(["1|        a: 1", "-|        ^"]);
});

test("the caret stands under what wide, combining and paired characters lead to", () => {
  expect(drawn("名前: x", 1, 5)).toEqual(["1|名前: x", "-|      ^"]);
  expect(drawn("e\u0301: x", 1, 5)).toEqual(["1|e\u0301: x", "-|   ^"]);
  expect(drawn("😀: x", 1, 5)).toEqual(["1|😀: x", "-|    ^"]);
});

test("a wide line is shown around the column, its neighbours in the same window", () => {
  const wide = `${"a".repeat(300)}X${"b".repeat(300)}`;
  const [above, line, caret, below] = drawn(`${"-".repeat(250)}\n${wide}\nshort`, 2, 301);
  expect(line).toBe(`2|...${"a".repeat(60)}X${"b".repeat(39)}...`);
  expect(caret).toBe(`-|${" ".repeat(63)}^`);
  expect(above).toBe(`1|...${"-".repeat(10)}`);
  expect(below).toBeUndefined();
});

test("a line of ten megabytes costs no more than its window", () => {
  const [line, caret] = drawn("x".repeat(10_000_000), 1, 5_000_000);
  expect(line).toHaveLength("1|".length + 3 + 100 + 3);
  expect(caret).toBe(`-|${" ".repeat(63)}^`);
});

test("wherever a place is, no line is wider than a screen and the caret is under its character", () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom("a", ":", " ", "é", "#"), maxLength: 400 }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(lines, fc.nat(), fc.nat(), (source, someLine, someColumn) => {
      const line = (someLine % source.length) + 1;
      const text = source[line - 1] ?? "";
      const column = (someColumn % (text.length + 1)) + 1;
      const shown = excerpt(source, line, column);
      expect(Math.max(...shown.map((each) => each.text.length))).toBeLessThanOrEqual(106);
      const caret = shown.find(({ number }) => number === null)?.text.indexOf("^") ?? -1;
      const here = shown.find(({ number }) => number === line)?.text ?? "";
      // Blanks at a line's end are not printed.
      expect(here.charAt(caret).trim()).toBe(text.charAt(column - 1).trim());
    }),
    { numRuns: 500 },
  );
});
