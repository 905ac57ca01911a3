import { type Json, type Sketches, snippetsOf } from "./schema-snippets.ts";
import type { Form, Key, Kind, RecordShape, Text } from "./shape.ts";
import { PARTITION, VARIABLE } from "./walk-text.ts";
import { offer, offerForm } from "./wording.ts";

/** A JSON Schema, or a part of one, by its keywords. */
export type JsonSchema = { readonly [keyword: string]: Json };

type Names = Extract<Kind, { readonly kind: "names" }>;

export type SchemaOptions = {
  readonly title: string;
  readonly id: string;
  /** What an editor offers to insert where the writer begins something of his own, by noun. */
  readonly sketches?: Sketches;
};

/**
 * A shape as a JSON Schema (draft-07) that refuses unknown keys, missing ones and wrong values just as the reader does.
 * Editors find more than validation here: Markdown for hovers (`markdownDescription`), what to write instead
 * (`patternErrorMessage`), and text to insert (`defaultSnippets`).
 *
 * @throws TypeError for a pattern with flags that have no equal in a schema.
 * @see https://json-schema.org/draft-07/json-schema-validation
 *
 * @example
 * jsonSchema(claimMapShape, { title: "Claim map", id: "urn:claimseal:claim-map:v1" });
 */
export function jsonSchema(shape: RecordShape, { title, id, sketches = {} }: SchemaOptions): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: id,
    title,
    ...describedSchema({ kind: "record", record: shape }, sketches),
    definitions: DEFINITIONS,
  };
}

const literalRef = "#/definitions/literal";
const jsonRef = "#/definitions/json";

/** JSON with no whole number that a double would change, by the reference to its own parts. */
const plainJson = ($ref: string): readonly JsonSchema[] => [
  { type: "string" },
  { type: "number", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  { type: "boolean" },
  { type: "array", items: { $ref } },
];

const DEFINITIONS: { readonly [name: string]: JsonSchema } = {
  literal: {
    anyOf: [
      ...plainJson(literalRef),
      { type: "object", propertyNames: { pattern: "\\S" }, additionalProperties: { $ref: literalRef } },
    ],
  },
  json: {
    anyOf: [...plainJson(jsonRef), { type: "object", additionalProperties: { $ref: jsonRef } }, { type: "null" }],
  },
};

function kindSchema(kind: Kind, sketches: Sketches): JsonSchema {
  switch (kind.kind) {
    case "text":
      return textSchema(kind);
    case "choice":
      return { type: "string", enum: kind.of };
    case "bool":
      return { type: "boolean" };
    case "whole":
      return { type: "integer", minimum: kind.least, maximum: kind.most };
    case "constant":
      return { type: "number", const: kind.value };
    case "literal":
      return { $ref: literalRef };
    case "json":
      return { $ref: jsonRef };
    case "list":
      return {
        type: "array",
        items: describedSchema(kind.of, sketches),
        ...(kind.least !== undefined && { minItems: kind.least }),
        // The reader minds texts that stand twice, and nothing else.
        ...((kind.of.kind === "text" || kind.of.kind === "choice") && { uniqueItems: true }),
      };
    case "record":
      return recordSchema(kind.record, sketches);
    case "names":
      return namesSchema(kind, sketches);
    case "either":
      return {
        anyOf: [kindSchema(kind.choice, sketches), describedSchema({ kind: "record", record: kind.record }, sketches)],
      };
  }
}

/** A kind that stands without a key of its own, so a record says itself what it is. */
function describedSchema(kind: Kind, sketches: Sketches): JsonSchema {
  const about = kind.kind === "record" ? kind.record.about : undefined;
  return { ...(about !== undefined && description(about)), ...kindSchema(kind, sketches) };
}

function recordSchema({ keys, rest }: RecordShape, sketches: Sketches): JsonSchema {
  const known = Object.keys(keys);
  const required = known.filter((name) => keys[name]?.required === true);
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, keySchema(key, sketches)])),
    ...(required.length > 0 && { required }),
    ...(rest === undefined
      ? { additionalProperties: false }
      : {
          propertyNames: { title: rest.noun, ...besides(known, nameSchema(rest.form)) },
          additionalProperties: describedSchema(rest.of, sketches),
          minProperties: required.length + 1,
        }),
  };
}

function keySchema({ kind, about, required, default: fallback }: Key, sketches: Sketches): JsonSchema {
  // A default that is a map or a list says no more than its own keys do.
  const plain = isPlain(fallback) ? fallback : undefined;
  const presence = required === true ? "Required." : plain === undefined ? "" : `Without it: \`${plain}\`.`;
  const schema = kindSchema(kind, sketches);
  // draft-07, section 8.3: what stands beside a `$ref` is ignored.
  const value: JsonSchema = "$ref" in schema ? { anyOf: [schema] } : schema;
  return { ...description(about, presence, hint(kind)), ...value, ...(plain !== undefined && { default: plain }) };
}

function namesSchema({ noun, of, form, least, most }: Names, sketches: Sketches): JsonSchema {
  const snippets = snippetsOf(noun, of, sketches);
  return {
    type: "object",
    propertyNames: { title: noun, ...nameSchema(form) },
    additionalProperties: describedSchema(of, sketches),
    ...(least !== undefined && { minProperties: least }),
    ...(most !== undefined && { maxProperties: most }),
    ...(snippets.length > 0 && { defaultSnippets: snippets }),
  };
}

/** What names of the writer's own choice are, where some are taken. */
function besides(known: readonly string[], name: JsonSchema): JsonSchema {
  return known.length === 0 ? name : { anyOf: [{ enum: known }, name] };
}

/** Names are never blank, whatever else their form lets pass. */
function nameSchema(form: Form | undefined): JsonSchema {
  if (form === undefined) return { description: "A name of your own choice.", pattern: "\\S" };
  const lengths = lengthsOf(form.pattern);
  return {
    ...description(form.is),
    ...(lengths === null ? { pattern: anyOfPatterns([form.pattern]) } : { ...lengths, pattern: "\\S" }),
    patternErrorMessage: offerForm(form, false),
  };
}

function textSchema(kind: Text): JsonSchema {
  const { form, as } = kind;
  if (form === undefined) return { type: "string", minLength: 1 };
  const variables = [
    ...(as === "infrastructure" ? [VARIABLE] : []),
    ...(kind.isPartitioned ? [holding(PARTITION)] : []),
  ];
  const lengths = variables.length === 0 ? lengthsOf(form.pattern) : null;
  return {
    type: "string",
    ...(lengths ?? { pattern: anyOfPatterns([form.pattern, ...variables]) }),
    patternErrorMessage: offer(kind),
    examples: [form.example],
  };
}

/**
 * Patterns of ours as a schema says them. Schemas know no flags, and what reads them does not agree whether `u` is set:
 * only what means the same with and without it is let through.
 */
function anyOfPatterns(patterns: readonly RegExp[]): string {
  const [only = "", ...others] = patterns.map(({ source, flags }) => {
    const inner = /^\^(.*)\$$/s.exec(source)?.[1];
    if (flags !== "" || inner === undefined) throw new TypeError(`a schema cannot say /${source}/${flags}`);
    return inner;
  });
  return others.length === 0 ? `^${only}$` : `^(?:${[only, ...others].join("|")})$`;
}

/** A whole text with a match of `pattern` somewhere in it. */
function holding({ source }: RegExp): RegExp {
  return new RegExp(`^[\\s\\S]*${source}[\\s\\S]*$`);
}

/** `/^.{1,255}$/su`: schemas count characters as `u` does, so the bounds say it all. */
function lengthsOf({ source, flags }: RegExp): JsonSchema | null {
  const [, least, most] = /^\^\.\{(\d+),(\d+)\}\$$/.exec(source) ?? [];
  return flags === "su" && most !== undefined ? { minLength: Number(least), maxLength: Number(most) } : null;
}

/** Editors show `description` as it stands, and `markdownDescription` in its place where they can. */
function description(about: string, ...more: readonly string[]): JsonSchema {
  const plain = sentence(about);
  const markdown = [plain, ...more].filter((part) => part !== "").join("\n\n");
  return { description: plain, ...((markdown !== plain || plain.includes("`")) && { markdownDescription: markdown }) };
}

/** What to write, where an editor does not see it from the schema alone. */
function hint(kind: Kind): string {
  if (kind.kind === "text") return kind.form?.made === undefined && kind.as === undefined ? "" : offer(kind);
  return kind.kind === "whole" || kind.kind === "either" || kind.kind === "literal" ? offer(kind) : "";
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
