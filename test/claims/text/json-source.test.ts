import fc from "fast-check";
import { expect, test } from "vitest";
import { isJsonText, jsonFault } from "../../../claims/text/json-source.ts";
import { readSource } from "../../../claims/text/yaml-source.ts";

const ELSE = "Correct it, or name the file `*.claims.yaml` if it is YAML.";
const COMMA = "Delete the `,` in front, or correct the bracket.";
const COMMENT = "Delete the comment: JSON has none. YAML has: name the file `*.claims.yaml`.";

test.for([
  ["a name without quotes", "{a: 1}", 1, "a name in double quotes", ELSE],
  ["single quotes", "{'a': 1}", 1, "a name in double quotes", ELSE],
  ["a comma at the end of a list", "[1, 2,]", 6, "a value", COMMA],
  ["a comma at the end of a map", '{"a": 1,}', 8, "a name in double quotes", COMMA],
  ["a comment", '{\n  // why\n  "a": 1}', 4, "a name in double quotes", COMMENT],
  ["a missing colon", '{"a" 1}', 5, "`:`", ELSE],
  ["a missing comma", "[1 2]", 3, "`,` or the closing bracket", ELSE],
  ["the wrong bracket", '{"a": [1}', 8, "`,` or the closing bracket", COMMA],
  ["an end too early", '{"a": 1', 7, "`,` or the closing bracket", ELSE],
  ["text behind the end", "{} x", 3, "the end of the file", ELSE],
  ["a word that is no value", '{"a": yes}', 6, "a value", ELSE],
  ["a number with a zero in front", "[01]", 2, "`,` or the closing bracket", ELSE],
  ["an unknown escape", '["\\q"]', 1, "a value", ELSE],
  ["nothing at all", "", 0, "a value", ELSE],
] as const)("%s is found where it stands", ([, text, offset, expected, fix]) => {
  expect(isJsonText(text)).toBe(false);
  expect(jsonFault(text)).toEqual({
    code: "CS101",
    offset,
    message: `this is not JSON: ${expected} is expected here`,
    fix,
  });
});

test("JSON is read with the offsets of everything in it, tabs and escapes and a byte order mark included", () => {
  const text = '\ufeff{\n\t"a": ["\\u0041\\/\\ud83d\\ude00"],\n\t"b": {}\n}\n';
  expect(readSource(text, "json")).toMatchObject({
    problems: [],
    root: {
      kind: "map",
      entries: [
        { key: "a", start: 4, value: { kind: "list", items: [{ kind: "text", value: "A/\u{1f600}", start: 10 }] } },
        { key: "b", value: { kind: "map", entries: [] } },
      ],
    },
  });
});

test("a key that stands twice is found in JSON too", () => {
  expect(readSource('{"a": 1, "a": 2}', "json").problems).toEqual([
    { code: "CS102", offset: 9, message: "`a` stands here twice", fix: "Keep one of the two." },
  ]);
});

test("whatever JSON.parse takes is read, and whatever it does not take has a fault inside the text", () => {
  const damage = fc.record({
    at: fc.nat(),
    put: fc.constantFrom("", ",", "]", "}", '"', "x", ":", "0", " ", "[", "\\"),
  });
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), damage, (value, { at, put }) => {
      const good = JSON.stringify(value);
      expect(readSource(good, "json").problems.map(({ code }) => code)).not.toContain("CS101");
      const place = at % (good.length + 1);
      const text = good.slice(0, place) + put + good.slice(place + 1);
      if (isJsonText(text)) return;
      const { offset } = jsonFault(text);
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 1000 },
  );
});
