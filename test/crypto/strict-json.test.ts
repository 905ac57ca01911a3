import fc from "fast-check";
import { expect, test } from "vitest";
import { parseStrictJson } from "../../crypto/strict-json.ts";

test("whatever JSON.stringify writes is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom("", " ", "  \n"), (text, space) => {
      const spaced = JSON.stringify(JSON.parse(text), null, space);
      expect(parseStrictJson(spaced, 100)).toEqual(JSON.parse(spaced));
    }),
  );
});

/** Objects as lists of members, so that a name can come twice. */
type Members = readonly (readonly [name: string, value: Members | string])[];
const { members } = fc.letrec<{ members: Members }>((tie) => ({
  members: fc.array(
    fc.tuple(
      fc.constantFrom("a", "b", "c", 'q"', "\\", "{", ":", ""),
      fc.oneof({ maxDepth: 4 }, fc.string(), tie("members")),
    ),
    { maxLength: 4 },
  ),
}));
const written = (each: Members): string =>
  `{${each.map(([name, value]) => `${escaped(name)} : ${typeof value === "string" ? JSON.stringify(value) : written(value)}`).join(",")}}`;
/** Every character as an escape where the name is one letter: the same name, spelt in another way. */
const escaped = (name: string): string => (name === "c" ? '"\\u0063"' : JSON.stringify(name));
const distinct = (each: Members): boolean =>
  new Set(each.map(([name]) => name)).size === each.length &&
  each.every(([, value]) => typeof value === "string" || distinct(value));

test("a text is refused exactly where some object in it names a member twice", () => {
  fc.assert(
    fc.property(members, (each) => {
      expect(parseStrictJson(written(each), 100) !== undefined).toBe(distinct(each));
    }),
    { numRuns: 1000 },
  );
});

test.for([
  ["two members of one name", '{"a":1,"a":1}'],
  ["one name written in two ways", '{"a":1,"\\u0061":2}'],
  ["a name repeated deep inside", '[{"x":[{"a":1,"b":{},"a":2}]}]'],
  ["no JSON", "{a:1}"],
  ["nothing", ""],
  ["two values", "{} {}"],
  ["an unfinished text", '{"a":"'],
])("%s is refused", ([, text]) => {
  expect(parseStrictJson(text!, 100)).toBeUndefined();
});

test("the same name in different objects is no repetition", () => {
  const text = '{"a":{"a":[{"a":1},{"a":2}]},"b":"a","c":"{\\"a\\":1,\\"a\\":1}"}';
  expect(parseStrictJson(text, 100)).toEqual(JSON.parse(text));
});

test("nesting is counted, and its bound belongs to the allowed side", () => {
  const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  expect(parseStrictJson(nested(16), 16)).toEqual(JSON.parse(nested(16)));
  expect(parseStrictJson(nested(17), 16)).toBeUndefined();
  expect(parseStrictJson(`[${"[],".repeat(100)}[]]`, 2)).toHaveLength(101);
});
