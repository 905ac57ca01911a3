import fc from "fast-check";
import { expect, test } from "vitest";
import type { SourceNode } from "../../../claims/text/source-node.ts";
import { positionOf } from "../../../claims/text/source-text.ts";
import { LARGEST, readSource } from "../../../claims/text/yaml-source.ts";

/** A tree as plain values; what could not be read as the word BROKEN. */
function plain(node: SourceNode | null): unknown {
  if (node === null || node.kind === "null") return null;
  if (node.kind === "map") return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
  if (node.kind === "list") return node.items.map(plain);
  return node.kind === "broken" ? "BROKEN" : node.value;
}

function problems(text: string): readonly string[] {
  const at = positionOf(text);
  return readSource(text, "yaml").problems.map(({ code, offset, message, fix }) => {
    const { line, column } = at(offset);
    return `${line}:${column} ${code} ${message} | ${fix}`;
  });
}

const values = (text: string): unknown => plain(readSource(text, "yaml").root);

test("text, numbers, truth values, lists and maps are read with the offsets where they stand", () => {
  expect(readSource("a: [x, 'y', 1.5, true]\nb: ~\n", "yaml")).toEqual({
    problems: [],
    source: { text: "a: [x, 'y', 1.5, true]\nb: ~\n", inserted: [] },
    root: {
      kind: "map",
      start: 0,
      end: 28,
      entries: [
        {
          key: "a",
          start: 0,
          end: 1,
          value: {
            kind: "list",
            start: 3,
            end: 22,
            items: [
              { kind: "text", start: 4, end: 5, value: "x", quoted: false },
              { kind: "text", start: 7, end: 10, value: "y", quoted: true },
              { kind: "number", start: 12, end: 15, value: 1.5, written: "1.5" },
              { kind: "bool", start: 17, end: 21, value: true, written: "true" },
            ],
          },
        },
        { key: "b", start: 23, end: 24, value: { kind: "null", start: 26, end: 27 } },
      ],
    },
  });
});

test("keys are the text that was written, whatever YAML would make of it", () => {
  expect(values("2026: a\n007: b\ntrue: c\n1.50: d\n'1.5': e\n")).toEqual({
    "2026": "a",
    "007": "b",
    true: "c",
    "1.50": "d",
    "1.5": "e",
  });
});

test.for([
  ["an anchor", "a: &x 1\n", "1:4 CS102 an anchor: `&x` | Write the value out where it is needed."],
  ["an alias", "b: *x\n", "1:4 CS102 an alias: `*x` | Write the value out."],
  ["a tag", "a: !Ref Table\n", "1:4 CS102 a tag: `!Ref` | Delete it; name infrastructure by `${env:NAME}`."],
  ["a merge key", "<<: { a: 1 }\n", "1:1 CS102 a merge key: `<<` | Write the keys out where they are needed."],
  ["a duplicate key", "a: 1\nb: 2\na: 3\n", "3:1 CS102 `a` stands here twice | Keep one of the two."],
  [
    "a second document",
    "a: 1\n---\nb: 2\n---\nc: 3\n",
    "2:1 CS102 a second document starts here | Keep one claim map in a file.",
  ],
  ["a directive", "%YAML 1.1\n---\na: 1\n", "1:1 CS102 a YAML directive | Delete the line."],
  ["a key that is a list", "? [a]\n: 1\n", "1:3 CS102 this key is more than text | Write a plain name."],
  [
    "a poisoned key",
    "a: { __proto__: 1 }\n",
    "1:6 CS102 `__proto__` is no name for anything in a map | Choose another name.",
  ],
  [
    "another poisoned key",
    "constructor: 1\n",
    "1:1 CS102 `constructor` is no name for anything in a map | Choose another name.",
  ],
] as const)("%s is outside the YAML of claim maps", ([, text, problem]) => {
  expect(problems(text)).toEqual([problem]);
});

test("one document may begin with --- and end with ...", () => {
  expect(problems("# a map\n---\na: 1\n...\n# the end\n")).toEqual([]);
  expect(problems("a: 1\n...\nb: 2\n")).toEqual([
    "2:1 CS102 a second document starts here | Keep one claim map in a file.",
  ]);
});

test("an alias, and a key that stands twice, have no value to go on with", () => {
  expect(values("a: &x 1\nb: *x\nc: 1\nc: 2\n")).toEqual({ a: 1, b: "BROKEN", c: "BROKEN" });
});

test("reading a poisoned key changes no prototype", () => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  expect(values('a: { "__proto__": { polluted: 1 }, prototype: 2, b: 3 }\n')).toEqual({ a: { b: 3 } });
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  expect("polluted" in {}).toBe(false);
});

test.for([
  [
    "a leading !",
    "when: !staff.suspended\n",
    '1:7 CS108 `!` starts a YAML tag here: the whole value needs quotes | Write `when: "!staff.suspended"`.',
    { when: "!staff.suspended" },
  ],
  [
    "a leading ! with more behind it",
    "a: { when: !x.y && z, to: [id] }\n",
    '1:12 CS108 `!` starts a YAML tag here: the whole value needs quotes | Write `when: "!x.y && z"`.',
    { a: { when: "!x.y && z", to: ["id"] } },
  ],
  [
    "brackets inside { }",
    'a: { when: x in ["b", "c"], to: [id] }\n',
    '1:12 CS108 `[` means something to YAML here: the whole value needs quotes | Write `when: \'x in ["b", "c"]\'`.',
    { a: { when: 'x in ["b", "c"]', to: ["id"] } },
  ],
  [
    "a comma inside { }",
    "a: { value: f(x, y, z), to: [id] }\n",
    '1:13 CS108 `,` ends a value inside `{ }`: the whole value needs quotes | Write `value: "f(x, y, z)"`.',
    { a: { value: "f(x, y, z)", to: ["id"] } },
  ],
  [
    "a type with a comma",
    "a: { type: map<string, int>, class: open }\n",
    '1:12 CS108 `,` ends a value inside `{ }`: the whole value needs quotes | Write `type: "map<string, int>"`.',
    { a: { type: "map<string, int>", class: "open" } },
  ],
  [
    "a comma at the end of { }",
    "a: { value: f(x, y) }\n",
    '1:13 CS108 `,` ends a value inside `{ }`: the whole value needs quotes | Write `value: "f(x, y)"`.',
    { a: { value: "f(x, y)" } },
  ],
  [
    "quotes around a part",
    'value: "a" == b\n',
    "1:8 CS108 YAML takes the first quote for its own: the whole value needs quotes | Write `value: '\"a\" == b'`.",
    { value: '"a" == b' },
  ],
  [
    "quotes of both sorts",
    "value: 'a' == \"b\"\n",
    "1:8 CS108 YAML takes the first quote for its own: the whole value needs quotes | Write `value: '''a'' == \"b\"'`.",
    { value: "'a' == \"b\"" },
  ],
  [
    "a colon with a blank",
    "value: x ? y : z\n",
    '1:8 CS108 `:` means something to YAML here: the whole value needs quotes | Write `value: "x ? y : z"`.',
    { value: "x ? y : z" },
  ],
  [
    "a variable inside { }",
    "a: { table: ${env:T}, region: r }\n",
    '1:13 CS108 `{` means something to YAML here: the whole value needs quotes | Write `table: "${env:T}"`.',
    { a: { table: "${env:T}", region: "r" } },
  ],
  [
    "a template inside { }",
    "key: { pk: STAFF#{user.sub} }\n",
    '1:12 CS108 `{` means something to YAML here: the whole value needs quotes | Write `pk: "STAFF#{user.sub}"`.',
    { key: { pk: "STAFF#{user.sub}" } },
  ],
  [
    "a template in braces alone",
    "pk: {user.sub}\n",
    '1:5 CS108 `{` starts a YAML map: the whole value needs quotes | Write `pk: "{user.sub}"`.',
    { pk: "{user.sub}" },
  ],
  [
    "text behind braces",
    "a: { table: {partition.x}-b }\n",
    '1:13 CS108 `{` means something to YAML here: the whole value needs quotes | Write `table: "{partition.x}-b"`.',
    { a: { table: "{partition.x}-b" } },
  ],
  [
    "a reserved sign",
    "value: @x\n",
    '1:8 CS108 `@` means something to YAML here: the whole value needs quotes | Write `value: "@x"`.',
    { value: "@x" },
  ],
] as const)(
  "a value that only lacks quotes is printed with them and read as it was meant: %s",
  ([, text, problem, read]) => {
    expect(problems(text)).toEqual([problem]);
    expect(values(text)).toEqual(read);
  },
);

test("a list's items lack quotes one by one", () => {
  expect(problems("clients: [${env:A}, ${env:B}]\n")).toEqual([
    '1:11 CS108 `{` means something to YAML here: the whole value needs quotes | Write `"${env:A}"`.',
    '1:21 CS108 `{` means something to YAML here: the whole value needs quotes | Write `"${env:B}"`.',
  ]);
});

test("places behind a mended value are those of the file as it is written", () => {
  const { root, source } = readSource("a: { when: !x, to: [id] }\nb: 1\n", "yaml");
  expect(source).toEqual({ text: "a: { when: '!x', to: [id] }\nb: 1\n", inserted: [11, 14] });
  expect(plain(root)).toEqual({ a: { when: "!x", to: ["id"] }, b: 1 });
});

test.for([
  ["an open brace", "a: { b: 1\nc: 2\n", "1:4 CS101 this `{` is never closed | Add the `}`.", { a: "BROKEN", c: 2 }],
  [
    "an open bracket",
    "a:\n  b: [x\n  c: 2\nd: 3\n",
    "2:6 CS101 this `[` is never closed | Add the `]`.",
    { a: { b: "BROKEN", c: 2 }, d: 3 },
  ],
  [
    "an open quote",
    'a: "b\nc: 2\n',
    '1:4 CS101 this quote is never closed | Add the `"` that ends the text.',
    { a: "BROKEN", c: 2 },
  ],
  [
    "an open quote inside { }",
    "a: { b: 'c, d: 1 }\ne: 2\n",
    "1:9 CS101 this quote is never closed | Add the `'` that ends the text.",
    { a: "BROKEN", e: 2 },
  ],
  [
    "a tab",
    "a:\n\tb: 1\nc: 2\n",
    "2:1 CS101 a tab indents this line | Indent with blanks: YAML takes no tabs.",
    { a: "BROKEN", c: 2 },
  ],
  [
    "an unknown escape",
    'a: "\\q"\nb: 1\n',
    "1:5 CS101 `\\q` is no escape | Write `\\\\`, or use single quotes.",
    { a: "BROKEN", b: 1 },
  ],
  [
    "a list item beside its key",
    "a: - b\nc: 1\n",
    "1:4 CS101 a list item stands on the line of its key | Begin a new line, or write `[ ]` around the items.",
    { a: "BROKEN", c: 1 },
  ],
  [
    "a line indented too far",
    "a:\n  b: 1\n   c: 2\nd: 3\n",
    "3:4 CS101 this line does not fit its neighbours | Give all keys of one part the same indentation, and check quotes and brackets.",
    { a: { b: 1 }, d: 3 },
  ],
  [
    "a missing colon",
    "a:\n  foo\n  b: 1\nc: 2\n",
    "2:3 CS101 `foo` has no `:` with a blank behind it | Write `KEY: VALUE`.",
    { a: { b: 1 }, c: 2 },
  ],
  [
    "a missing blank",
    "a:b\nc: 1\n",
    "1:1 CS101 `a:b` is no key with a value | Write `KEY: VALUE`, or delete the line.",
    { c: 1 },
  ],
  [
    "a stray quote",
    'a: 1\n"\nb: 2\n',
    '2:1 CS101 `"` is no key with a value | Write `KEY: VALUE`, or delete the line.',
    { a: 1, b: 2 },
  ],
  [
    "a stray bracket",
    "a: }\nb: 1\n",
    "1:4 CS101 nothing was opened that this `}` could close | Delete it, or add what it closes.",
    { a: "BROKEN", b: 1 },
  ],
  [
    "an item without its dash",
    "a:\n  - b\n  c: 1\nd: 2\n",
    "3:3 CS101 this line does not fit its neighbours | Give all keys of one part the same indentation, and check quotes and brackets.",
    { a: ["b"], d: 2 },
  ],
] as const)("a mistake spoils its own part and no other: %s", ([, text, problem, read]) => {
  expect(problems(text)).toEqual([problem]);
  expect(values(text)).toEqual(read);
});

test("a dash in front of a key at the margin is a mistake, and a list at the margin is none", () => {
  const text = 'a: 1\n- b: 2\nc:\n- 3\n- 4\nd: "x\n';
  expect(problems(text)).toEqual([
    "2:1 CS101 `- b: 2` is no key with a value | Write `KEY: VALUE`, or delete the line.",
    '6:4 CS101 this quote is never closed | Add the `"` that ends the text.',
  ]);
  expect(values(text)).toEqual({ a: 1, c: [3, 4], d: "BROKEN" });
});

test("an entry without its dash, behind a list, spoils neither", () => {
  const text = "a:\n-   b:\n    c: 1\n  d: 2\ne: 3\n";
  expect(problems(text)).toEqual([
    "4:3 CS101 `d:` stands in a list and has no `-` | Add the `-`, or make the list a map.",
  ]);
  expect(values(text)).toEqual({ a: [{ b: null, c: 1 }], e: 3 });
});

test("every mistake of a file is reported, each once", () => {
  const text = "a: { b: 1\nc:\n  d: !x\n  when: !y\ne: 'f\ng:\n  h: 1\n   i: 2\nj: *k\n";
  expect(problems(text).map((problem) => problem.split(" | ")[0])).toEqual([
    "1:4 CS101 this `{` is never closed",
    "4:9 CS108 `!` starts a YAML tag here: the whole value needs quotes",
    "5:4 CS101 this quote is never closed",
    "8:4 CS101 this line does not fit its neighbours",
    "3:6 CS102 a tag: `!x`",
    "9:4 CS102 an alias: `*k`",
  ]);
});

test("a control character is no text", () => {
  expect(problems("a: 1\nb: \u0007\n")).toEqual([
    "2:4 CS101 a control character | Delete it, or save the file as UTF-8 text.",
  ]);
});

test("a file over 256 KB is not read", () => {
  const text = `a: "${"x".repeat(LARGEST)}"\n`;
  expect(readSource(text, "yaml").root).toBeNull();
  expect(problems(text)).toEqual([
    `1:1 CS110 the file has ${LARGEST + 6} bytes; a claim map has at most ${LARGEST} | Split it: one map for each user pool.`,
  ]);
  expect(problems(`a: "${"x".repeat(LARGEST - 6)}"\n`)).toEqual([]);
});

test("twenty levels are read and the next is not", () => {
  const nested = (levels: number): string => `a: ${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}\n`;
  expect(problems(nested(20))).toEqual([]);
  expect(problems(nested(21))).toEqual(["1:23 CS110 this is nested more than 20 levels deep | Flatten it."]);
});

test.for(["[", "{", "{a: ", "- ", "? ", "a: ", "[a, ", "- - "])(
  "a file of nothing but %s ends in a finding, not in an exhausted stack",
  (part) => {
    const { root, problems: found } = readSource(part.repeat(20_000), "yaml");
    expect(root).toBeNull();
    expect(found.map(({ code }) => code)).toEqual(["CS110"]);
  },
);

test("whatever the text, reading it ends and throws nothing, and every place is in the text", () => {
  const piece = fc.constantFrom(
    ..."{ } [ ] , : - ? ! & * # | > % @ ` ' \" ~ \\".split(" "),
    ..."a b: - when: value: &x *x !t 'q' \"q\" null true 1 1.5 ${env:X} {user.sub} <<: --- ... \u00e9 \u{1f600}".split(
      " ",
    ),
    " ",
    "\n",
    "\n  ",
    "\n    ",
    "\t",
    "\r\n",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join("");
      for (const { offset } of readSource(text, "yaml").problems) {
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 1500 },
  );
});
