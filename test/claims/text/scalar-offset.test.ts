import fc from "fast-check";
import { expect, test } from "vitest";
import { isScalar, parseDocument, Scalar, stringify } from "yaml";
import { scalarOffset } from "../../../claims/text/scalar-offset.ts";

/** The first value of a YAML text, as the reader sees it. */
function scalarOf(text: string): { start: number; end: number; value: string } {
  const node = parseDocument(text).get("key", true);
  if (!isScalar<string>(node) || !node.range) throw new Error("no scalar");
  return { start: node.range[0], end: node.range[1], value: node.value };
}

/** What stands in the text where each visible character of the value is said to be. */
function spelt(text: string): readonly (readonly [read: string, written: string])[] {
  const scalar = scalarOf(text);
  return [...scalar.value.matchAll(/\S/gu)].map(({ 0: character, index }) => {
    const at = scalarOffset(text, scalar, index);
    return [character, text.slice(at, at + character.length)];
  });
}

test.for([
  ["plain text", "key: a.b == X # why\n"],
  ["plain text over several lines", "key: a.b\n  == c\n\n  && X\n"],
  ["single quotes", "key: 'it''s X' \n"],
  ["double quotes", String.raw`key: "a \"b\" \u0041\U0001F600 X"`],
  ["a line continued by a backslash", 'key: "ab\\\n   cX"\n'],
  ["a literal block", "key: |\n  a &&\n    b\n\n  X\n"],
  ["a folded block", "key: >-\n  a &&\n  b &&\n\n  X\n"],
  ["Windows line ends", "key: >-\r\n  a &&\r\n  X\r\n"],
] as const)("a character is found inside %s", ([, text]) => {
  const scalar = scalarOf(text);
  expect(scalar.value).toContain("X");
  expect(scalarOffset(text, scalar, scalar.value.indexOf("X"))).toBe(text.indexOf("X"));
});

test("the offset past the last character is the scalar's end", () => {
  const text = "key: 'abc'\n";
  expect(scalarOffset(text, scalarOf(text), 99)).toBe(text.length - 1);
});

test("whatever the style, every character that is written as itself is found where it stands", () => {
  const line = fc.stringMatching(/^[a-z'"#{}[\],&|=!.]{1,8}( [a-z'"&|=!.]{1,8}){0,6}$/);
  const styles: Scalar.Type[] = [
    Scalar.PLAIN,
    Scalar.QUOTE_SINGLE,
    Scalar.QUOTE_DOUBLE,
    Scalar.BLOCK_LITERAL,
    Scalar.BLOCK_FOLDED,
  ];
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), fc.constantFrom(...styles), (lines, style) => {
      const scalar = new Scalar(lines.join("\n"));
      scalar.type = style;
      const text = stringify({ key: scalar }, { lineWidth: 24 });
      for (const [read, written] of spelt(text)) expect(["\\", read]).toContain(written);
    }),
    { numRuns: 500 },
  );
});
