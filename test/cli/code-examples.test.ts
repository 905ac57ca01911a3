import { expect, test } from "vitest";
import { spliced } from "../../cli/code-examples/spliced.ts";

const map = `version: 1
staff:
  trust: operator
  attributes:
    role: { type: string }
    level: { type: int }
scopes:
  - { add: [read] }
  - { add: [write] }
`;

/** The lines of the map that are gone, and those that are new. */
function change(example: string): readonly string[] {
  const [before, after] = [map.split("\n"), spliced(map, example).split("\n")];
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `-${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`),
  ];
}

test("a line takes the place of the line with its key, and what it does not name stays", () => {
  expect(change("staff:\n  attributes:\n    level: { type: double }")).toEqual([
    "-    level: { type: int }",
    "+    level: { type: double }",
  ]);
});

test("a line whose key is not there is added at the end of its part", () => {
  expect(spliced(map, "staff:\n  attributes:\n    phone: { type: string }\nlimits: {}")).toBe(
    `${map.replace("int }\n", "int }\n    phone: { type: string }\n")}limits: {}\n`,
  );
});

test("items take the place of the whole list", () => {
  expect(change("scopes:\n  - { remove: [read] }")).toEqual([
    "-  - { add: [read] }",
    "-  - { add: [write] }",
    "+  - { remove: [read] }",
  ]);
});

test("a value on its key's line replaces what was indented below, and the other way round", () => {
  expect(change("staff: {}")).toEqual([
    "-staff:",
    "-  trust: operator",
    "-  attributes:",
    "-    role: { type: string }",
    "-    level: { type: int }",
    "+staff: {}",
  ]);
  expect(change("staff:\n  trust:\n    - idp")).toEqual(["-  trust: operator", "+  trust:", "+    - idp"]);
});

test("what YAML cannot read is spliced all the same: a key twice, a bracket left open, a comment behind a key", () => {
  expect(change("staff:   # twice\n  trust: idp\n  trust: user")).toEqual([
    "-  trust: operator",
    "+  trust: idp",
    "+  trust: user",
  ]);
  expect(change("staff:\n  attributes:\n    role: { type: [")).toEqual([
    "-    role: { type: string }",
    "+    role: { type: [",
  ]);
});

test("an example that begins with `version:` is a whole map", () => {
  expect(spliced(map, "version: 1\nname: other")).toBe("version: 1\nname: other");
});
