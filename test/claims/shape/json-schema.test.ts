import { readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { claimMapSchema } from "../../../claims/shape/claim-map-schema.ts";
import { claimMapShape } from "../../../claims/shape/claim-map-shape.ts";
import * as forms from "../../../claims/shape/forms.ts";
import { type JsonSchema, jsonSchema } from "../../../claims/shape/json-schema.ts";
import { record, text } from "../../../claims/shape/kinds.ts";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import type { Form, Kind } from "../../../claims/shape/shape.ts";
import { runs } from "../../runs.ts";
import { COMPLETE, edited, MINIMAL } from "../map-files.ts";
import { holdToReader, type Value } from "./hold-to-reader.ts";
import { validator } from "./validator.ts";

/** The schema of one kind. */
function validatorOf(kind: Kind): (value: unknown) => boolean {
  const shape = { about: "one value", keys: { it: { kind, about: "the value" } } };
  const isValid = validator(jsonSchema(shape, { title: "one", id: "urn:claimseal:one" }));
  return (value) => isValid({ it: value });
}

const takes = validator(claimMapSchema);

const maps: readonly (readonly [name: string, text: string])[] = [
  ...readdirSync("mappings")
    .filter((name) => name.endsWith(".claims.yaml"))
    .map((name) => [name, readFileSync(`mappings/${name}`, "utf8")] as const),
  ["complete.claims.yaml", COMPLETE],
  ["minimal.claims.yaml", MINIMAL],
];

test("the schema in the package is the one made from the shape, as `node tools/write-schemas.mjs` writes it", () => {
  const written: unknown = JSON.parse(readFileSync("schema/claim-map.v1.json", "utf8"));
  expect(JSON.stringify(written)).toBe(JSON.stringify(claimMapSchema));
});

test("the schema is a draft-07 schema", () => {
  expect(claimMapSchema["$schema"]).toBe("http://json-schema.org/draft-07/schema#");
  const ajv = new Ajv({ strict: false });
  expect(ajv.validateSchema(claimMapSchema)).toBe(true);
});

test.for(maps)("%s is valid", ([, written]) => {
  expect(readClaimMap(written).findings).toEqual([]);
  takes(parse(written));
  expect(takes.errors).toBeNull();
});

test("keys stand in the order of the shape, and each says what it is", () => {
  const properties = claimMapSchema["properties"] as { readonly [name: string]: { readonly description: string } };
  expect(Object.keys(properties)).toEqual(Object.keys(claimMapShape.keys));
  expect(properties["limits"]?.description).toBe("How large a token may grow.");
});

test.for<readonly [title: string, kind: Kind, valid: readonly unknown[], refused: readonly unknown[]]>([
  ["text", text, ["x"], ["", 1, null, ["x"]]],
  ["an expression", { kind: "text", as: "expression" }, ["a.b"], ["", true]],
  ["a choice", { kind: "choice", of: ["a", "b"] }, ["a", "b"], ["c", "A", "", null]],
  ["a truth value", { kind: "bool" }, [true, false], ["true", 0, null]],
  ["a whole number", { kind: "whole", least: 1, most: 9 }, [1, 9, 5.0], [0, 10, 1.5, "1", null]],
  ["a constant", { kind: "constant", value: 1 }, [1], [2, "1", true, null]],
  [
    "a literal",
    { kind: "literal" },
    ["x", "", 1.5, 2 ** 53 - 1, false, [], ["x", ["y"]], [1, 1], { a: { b: 1 } }],
    [null, [null], { a: { b: null } }, 2 ** 53, -(2 ** 53), { " ": 1 }, Number.NaN],
  ],
  [
    "any JSON",
    { kind: "json" },
    [null, "", 0, [null, null], { "": null, a: [{ b: null }] }],
    [2 ** 53, [2 ** 53], { a: -(2 ** 53) }, Number.NaN],
  ],
  ["a list of texts", { kind: "list", of: text, least: 1 }, [["a", "b"]], [[], ["a", "a"], "a", {}, [["a"]]]],
  ["a list that may be empty", { kind: "list", of: { kind: "bool" } }, [[], [true, true]], [[1], true]],
  [
    "a record",
    record({
      about: "x",
      keys: { a: { kind: text, about: "a", required: true }, b: { kind: text, about: "b" } },
    }),
    [{ a: "x" }, { b: "x", a: "y" }],
    [{}, { b: "x" }, { a: "x", c: "x" }, { a: "x", A: "x" }, [], "a", null],
  ],
  [
    "names",
    { kind: "names", noun: "name", of: text, least: 1, most: 2 },
    [{ "übung/1": "x" }, { a: "x", __proto: "y" }],
    [{}, { a: "x", b: "x", c: "x" }, { " ": "x" }, { "": "x" }, { a: 1 }],
  ],
  [
    "names of a form",
    { kind: "names", noun: "input", of: text, form: forms.INPUT },
    [{}, { "user.größe": "x" }, { "user.😀": "x" }, { "client.metadata.a": "x" }],
    [{ user: "x" }, { "user.a b": "x" }, { "user.": "x" }],
  ],
  [
    "a record with names beside its keys",
    record({
      about: "x",
      keys: { by: { kind: text, about: "by", required: true } },
      rest: { into: "values", noun: "value", of: { kind: "whole", least: 0, most: 9 }, form: forms.NAME },
    }),
    [{ by: "x", eu: 1 }],
    [{ by: "x" }, { eu: 1 }, { by: "x", eu: "y" }, { by: "x", "e-u": 1 }, { by: 1, eu: 1 }],
  ],
  [
    "one of two kinds",
    {
      kind: "either",
      choice: { kind: "choice", of: ["a"] },
      record: { about: "x", keys: { k: { kind: text, about: "k", required: true } } },
      hint: "`a` or `{ k: ... }`",
    },
    ["a", { k: "x" }],
    ["b", {}, { k: "x", l: "y" }, null, []],
  ],
  [
    "text, or more of it",
    {
      kind: "either",
      choice: { kind: "list", of: text, least: 1 },
      record: { about: "x", keys: { k: { kind: text, about: "k" } } },
      hint: "`[a]` or `{ k: ... }`",
    },
    [["a"], { k: "x" }, {}],
    [[], ["a", "a"], "a", { l: "x" }],
  ],
  [
    "infrastructure",
    { kind: "text", form: forms.REGION, as: "infrastructure" },
    ["eu-central-1", "${env:REGION}"],
    ["${env:}", "${REGION}", "x${env:REGION}", "eu-central-1\n", "{partition.region}", "Frankfurt"],
  ],
  [
    "infrastructure by partition",
    { kind: "text", form: forms.TABLE, as: "infrastructure", isPartitioned: true },
    ["staff", "${env:T}", "staff-{partition.name}", "{partition.table}"],
    ["st", "{partition}", "${env:T}x", "größe"],
  ],
])("a schema takes what its kind takes: %s", ([, kind, valid, refused]) => {
  const isValid = validatorOf(kind);
  expect(valid.filter((value) => !isValid(value))).toEqual([]);
  expect(refused.filter((value) => isValid(value))).toEqual([]);
});

/** Texts near a form: made from its example, and from characters that engines treat differently. */
const nearTexts = (example: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 6 }),
    fc
      .constantFrom("ä", "😀", "\u2028", "\u00a0", "\ud800", "ſ", "K", "\n", " ", "${", "/")
      .chain((odd) => fc.nat(example.length).map((at) => example.slice(0, at) + odd + example.slice(at))),
    fc.nat(example.length).map((at) => example.slice(0, at) + example.slice(at + 1)),
    fc.constantFrom(254, 255, 256, 512).chain((length) => fc.constantFrom("😀".repeat(length), "a".repeat(length))),
  );

const allForms = Object.entries(forms as { readonly [name: string]: Form });

test.for(allForms)("what the schema says of %s means the same with the flag `u` and without it", ([, form]) => {
  const withFlag = validatorOf({ kind: "text", form });
  // No infrastructure has a form with flags.
  const orVariable = validatorOf({ kind: "text", form, ...(form.pattern.flags === "" && { as: "infrastructure" }) });
  const withoutFlag = new Ajv({ unicodeRegExp: false, strict: false }).compile(
    jsonSchema(
      { about: "x", keys: { it: { kind: { kind: "text", form }, about: "x" } } },
      { title: "x", id: "urn:claimseal:one" },
    ),
  );
  fc.assert(
    fc.property(nearTexts(form.example), (written) => {
      const isTaken = form.pattern.test(written);
      const bySchemas = [withFlag(written), withoutFlag({ it: written }), orVariable(written)];
      expect(bySchemas).toEqual([isTaken, isTaken, isTaken]);
    }),
    { numRuns: runs(200) },
  );
});

test.for([/^[a-z]+$/i, /^\p{L}+$/u, /^a.b$/s, /[a-z]+/])(
  "no schema is made of a pattern it cannot say: %s",
  (pattern) => {
    const make = (): unknown => validatorOf({ kind: "text", form: { pattern, is: "a text", example: "a" } });
    expect(make).toThrow(new TypeError(`a schema cannot say /${pattern.source}/${pattern.flags}`));
  },
);

test.for(maps)(
  "whatever is done to %s, the schema refuses what the reader refuses and takes what it takes",
  ([, written]) => {
    const { refused, taken } = holdToReader(takes, claimMapShape, parse(written) as Value, 240);
    expect(refused).toBeGreaterThan(runs(60));
    expect(taken).toBeGreaterThan(runs(2));
  },
);

test.for<readonly [title: string, edit: readonly [from: string, to: string], code: string]>([
  ["a key that another key asks for: `purpose`", [', purpose: "shown to the person"', ""], "CS104"],
  ["a key that another key asks for: `effect`", ["effect: grants, required: true", "required: true"], "CS104"],
  ["a dot where Cognito has a colon", ["user.custom:department", "user.custom.department"], "CS106"],
  ["how a number is written: hexadecimal", ["default: north", "default: 0x10"], "CS105"],
  ["how a number is written: a leading zero", ["default: north", "default: 010"], "CS105"],
  ["how a number is written: a sign", ["default: north", "default: +5"], "CS105"],
  ["quotes that YAML takes away", ["value: staff.profession,", 'value: "physician",'], "CS108"],
])("the schema leaves to `check`: %s", ([, edit, code]) => {
  const written = edited(COMPLETE, edit);
  expect(readClaimMap(written).findings.map((finding) => finding.code)).toEqual([code]);
  takes(parse(written));
  expect(takes.errors).toBeNull();
});

/** What an editor inserts for a part of a snippet when nothing is typed over it. */
function inserted(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(inserted);
  if (typeof body === "object" && body !== null)
    return Object.fromEntries(Object.entries(body).map(([name, value]) => [inserted(name), inserted(value)]));
  if (typeof body !== "string") return body;
  const filled = body
    .replace(/\$\{\d+:((?:\\.|[^\\}])*)\}/g, "$1")
    .replace(/\$\{\d+\|((?:\\.|[^\\,|])*)[^}]*\|\}/g, "$1")
    .replace(/\\(.)/g, "$1");
  return filled.startsWith("^") ? JSON.parse(filled.slice(1)) : filled;
}

/** Every part of a schema with text to insert. */
function withSnippets(part: unknown): readonly JsonSchema[] {
  if (typeof part !== "object" || part === null) return [];
  const inner = Object.values(part).flatMap(withSnippets);
  return Object.hasOwn(part, "defaultSnippets") ? [part as JsonSchema, ...inner] : inner;
}

test("what an editor inserts is valid where it is inserted", () => {
  const { definitions = {}, ...schema } = claimMapSchema;
  const parts = withSnippets(schema);
  const bodies = parts.flatMap((part) => {
    const isValid = validator({ ...part, definitions });
    const snippets = part["defaultSnippets"] as readonly { readonly label: string; readonly body: unknown }[];
    return snippets.map(({ label, body }) => ({ label, isValid: isValid(inserted(body)), body: inserted(body) }));
  });
  expect(bodies.filter(({ isValid }) => !isValid)).toEqual([]);
  expect([...new Set(bodies.map(({ label }) => label))]).toHaveLength(12);
  expect(bodies.find(({ label }) => label === "one row of a table")?.body).toMatchObject({
    staff: { dynamodb: { key: { pk: "STAFF#{user.sub}" } }, attributes: { role: { maxLength: 40 } } },
  });
});
