import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import {
  blankRange,
  currentOffset,
  originalOffset,
  positionOf,
  quoted,
  quoteRange,
  type SourceText,
} from "../../../claims/text/source-text.ts";

const asWritten = (text: string): SourceText => ({ text, inserted: [] });

test("lines and columns count from 1, and columns in UTF-16 units", () => {
  const at = positionOf("a\n\u{1f600}b\r\n\nc");
  expect([0, 1, 2, 4, 5, 7, 8, 9].map(at)).toEqual([
    { line: 1, column: 1 },
    { line: 1, column: 2 },
    { line: 2, column: 1 },
    { line: 2, column: 3 },
    { line: 2, column: 4 },
    { line: 3, column: 1 },
    { line: 4, column: 1 },
    { line: 4, column: 2 },
  ]);
});

test("a range is put in single quotes, and those inside it are doubled", () => {
  expect(quoteRange(asWritten("when: a == 'b' # why"), 6, 14)).toEqual({
    text: "when: 'a == ''b''' # why",
    inserted: [6, 12, 15, 17],
  });
});

test("however many ranges are quoted, every character is still found where it was written", () => {
  const text = fc.stringMatching(/^[a-z' ]{1,30}$/);
  fc.assert(
    fc.property(text, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 4 }), (original, ranges) => {
      const source = ranges.reduce((before, [one, other]) => {
        const [from, to] = [one % before.text.length, other % before.text.length].toSorted((a, b) => a - b);
        return quoteRange(before, from ?? 0, to ?? 0);
      }, asWritten(original));
      for (let at = 0; at < original.length; at += 1) {
        const now = currentOffset(source, at);
        expect(source.text.charAt(now)).toBe(original.charAt(at));
        expect(originalOffset(source, now)).toBe(at);
      }
      expect(originalOffset(source, source.text.length)).toBe(original.length);
    }),
  );
});

test("a blanked range keeps its line breaks, so nothing behind it moves", () => {
  expect(blankRange(asWritten("a: [b\r\n  c\nd: 1"), 3, 10).text).toBe("a:   \r\n   \nd: 1");
});

test("text in quotes reads as itself in YAML", () => {
  expect(quoted("!a.b")).toBe('"!a.b"');
  expect(quoted('a == "b"')).toBe("'a == \"b\"'");
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~]{0,30}$/), (text) => {
      expect(parse(quoted(text))).toBe(text);
    }),
  );
});
