import type { WrittenInput, WrittenSource } from "../claim-map.ts";
import { ATTRIBUTE, REGION, TABLE } from "./forms.ts";
import { bool, choice, formed, infrastructure, list, record, text } from "./kinds.ts";
import type { Later, ShapeOf } from "./shape.ts";

const LATER_BOUNDS: Later = {
  min: { what: "a least value" },
  max: { what: "a greatest value" },
  pattern: { what: "a pattern that text must match", instead: "Bound it by `values` or `maxLength`." },
  fields: {
    what: "a map whose fields are declared one by one",
    instead: 'Write `type: "map<string, T>"`.',
    spoils: true,
  },
};

const attributeShape: ShapeOf<Omit<WrittenInput, "trust">> = {
  about: "one value, how private it is and how large it can be",
  keys: {
    type: {
      kind: text,
      required: true,
      about: "`string`, `bool`, `int`, `double`, `timestamp`, `list<T>` or `map<string, T>`",
    },
    class: { kind: choice("open", "pii", "sensitive"), required: true, about: "how private it is" },
    purpose: { kind: text, about: "what it is needed for; `pii` and above must say" },
    default: { kind: { kind: "literal" }, about: "stands in for an absent value, never for an invalid one" },
    values: { kind: list({ kind: "literal" }, 1), about: "the only values it can have" },
    maxLength: {
      kind: { kind: "whole", least: 1, most: 400_000 },
      about: "bytes of its text as JSON, without the quotes",
    },
    maxItems: { kind: { kind: "whole", least: 1, most: 10_000 }, about: "items of its list, or entries of its map" },
  },
  later: LATER_BOUNDS,
};

/** An entry of `inputs`. */
export const inputShape: ShapeOf<WrittenInput> = {
  about: "one value that Cognito hands over",
  keys: {
    ...attributeShape.keys,
    trust: { kind: choice("idp", "operator"), about: "who can write it, where no app client can" },
  },
  later: LATER_BOUNDS,
};

const dynamodbShape: ShapeOf<WrittenSource["dynamodb"]> = {
  about: "one row of a table",
  keys: {
    table: { kind: infrastructure(TABLE), required: true, about: "the table's name, or `${env:NAME}`" },
    region: { kind: infrastructure(REGION), about: "the table's region; the function's own without it" },
    key: {
      kind: {
        kind: "names",
        noun: "key attribute",
        form: ATTRIBUTE,
        of: { kind: "text", as: "template" },
        least: 1,
        most: 2,
      },
      required: true,
      about: 'the row\'s key, such as `{ pk: "STAFF#{user.sub}" }`',
    },
    consistent: { kind: bool, default: false, about: "whether the read sees every write before it" },
  },
  later: { query: { what: "several rows of a table", spoils: true } },
};

/** An entry of `sources`. */
export const sourceShape: ShapeOf<WrittenSource> = {
  about: "where values are read at a sign-in",
  keys: {
    dynamodb: { kind: record(dynamodbShape), required: true, about: "the table and the key of its row" },
    trust: { kind: choice("caller", "user", "idp", "operator"), required: true, about: "who can write it" },
    residency: { kind: list(formed(REGION), 1), about: "the regions its values may be sealed in" },
    onMissing: { kind: choice("deny", "empty"), required: true, about: "what a missing row means" },
    onError: {
      kind: {
        ...choice("deny"),
        later: { unknown: { what: "going on without a source" }, stale: { what: "going on with an old row" } },
      },
      required: true,
      about: "what a failed read means",
    },
    attributes: {
      kind: { kind: "names", noun: "attribute", of: record(attributeShape), form: ATTRIBUTE, least: 1 },
      required: true,
      about: "what may be read of its row",
    },
  },
  later: {
    query: { what: "several rows of a table", spoils: true },
    custom: { what: "a source in code", spoils: true },
    chain: { what: "an existing function as a source", spoils: true },
    keyDeclassify: { what: "a key built from private values", spoils: true },
  },
};
