import type {
  WrittenDeclaration,
  WrittenField,
  WrittenInput,
  WrittenQuery,
  WrittenSource,
  WrittenTable,
} from "../claim-map.ts";
import { ATTRIBUTE, DURATION, FUNCTION, HOOK, INDEX, REGION, TABLE } from "./forms.ts";
import { bool, choice, formed, infrastructure, list, partitioned, record, signed, text } from "./kinds.ts";
import type { Kind, ShapeOf } from "./shape.ts";

const bound: Kind = { kind: "literal" };

/** An entry of `fields`. */
const fieldShape: ShapeOf<WrittenField> = {
  about: "one value and how large it can be",
  keys: {
    type: {
      kind: text,
      required: true,
      about: "`string`, `bool`, `int`, `double`, `timestamp`, `list<T>`, `map<string, T>`, or `map` with `fields`",
    },
    values: { kind: list({ kind: "literal" }, 1), about: "the only values it can have" },
    maxLength: {
      kind: { kind: "whole", least: 1, most: 400_000 },
      about: "bytes of its text as JSON, without the quotes",
    },
    maxItems: { kind: { kind: "whole", least: 1, most: 10_000 }, about: "items of its list, or entries of its map" },
    min: { kind: bound, about: "the least number or earliest timestamp it can be" },
    max: { kind: bound, about: "the greatest number or latest timestamp it can be" },
    pattern: { kind: text, about: "what its text matches from end to end, in RE2 syntax" },
  },
};

/** One value from elsewhere: what inputs, and the attributes of identity providers, say of themselves. */
export const valueShape: ShapeOf<Omit<WrittenInput, "trust">> = {
  about: "one value, how private it is and how large it can be",
  keys: {
    ...fieldShape.keys,
    class: { kind: choice("open", "pii", "sensitive"), required: true, about: "how private it is" },
    purpose: { kind: text, about: "what it is needed for; `pii` and above must say" },
    default: { kind: { kind: "literal" }, about: "stands in for an absent value, never for an invalid one" },
  },
};

const attributeShape: ShapeOf<WrittenDeclaration> = {
  about: valueShape.about,
  keys: {
    ...valueShape.keys,
    fields: {
      kind: { kind: "names", noun: "field", of: record(fieldShape), form: ATTRIBUTE, least: 1 },
      about: "the entries of a `map`; what else it holds is not read",
    },
  },
};

/** An entry of `inputs`. */
export const inputShape: ShapeOf<WrittenInput> = {
  about: "one value that Cognito hands over",
  keys: {
    ...valueShape.keys,
    trust: { kind: choice("idp", "operator"), about: "who can write it, where no app client can" },
  },
};

const keyKind: Kind = {
  kind: "names",
  noun: "key attribute",
  form: ATTRIBUTE,
  of: { kind: "text", as: "template" },
  least: 1,
  most: 2,
};

const queryShape: ShapeOf<WrittenQuery> = {
  about: "several rows of a table",
  keys: {
    index: { kind: formed(INDEX), about: "the index that is asked; the table itself without it" },
    key: { kind: keyKind, required: true, about: 'the key, such as `{ pk: "MEMBER#{user.sub}" }`' },
    beginsWith: {
      kind: { ...keyKind, of: { kind: "text", as: "template", isBeginning: true }, most: 1 },
      about: 'the sort key and what it begins with, such as `{ sk: "ORG#" }`',
    },
    order: { kind: choice("ascending", "descending"), default: "ascending", about: "the order by the sort key" },
    limit: { kind: { kind: "whole", least: 1, most: 1_000 }, required: true, about: "rows at most" },
    onMore: { kind: choice("deny", "cut"), required: true, about: "what more rows than `limit` mean" },
  },
};

const tableShape: ShapeOf<WrittenTable> = {
  about: "rows of a table: one by its `key`, or several by a `query`",
  keys: {
    table: { kind: partitioned(TABLE), required: true, about: "the table's name, or `${env:NAME}`" },
    region: { kind: partitioned(REGION), about: "the table's region; the function's own without it" },
    key: { kind: keyKind, about: 'the row\'s key, such as `{ pk: "STAFF#{user.sub}" }`' },
    query: { kind: record(queryShape), about: "several rows: the source is a list" },
    consistent: { kind: bool, default: false, about: "whether the read sees every write before it" },
  },
};

/** An entry of `sources`. */
export const sourceShape: ShapeOf<WrittenSource> = {
  about: "where values are read at a sign-in: `dynamodb`, `custom` or `chain`",
  keys: {
    dynamodb: { kind: record(tableShape), about: "the table, and the key of its row" },
    custom: { kind: formed(HOOK), about: "a source in code: the name of a hook" },
    chain: { kind: infrastructure(FUNCTION), about: "an existing pre token function, whose claims are attributes" },
    keyDeclassify: { kind: record(signed), about: "its values may be less private than what its key is built from" },
    trust: { kind: choice("caller", "user", "idp", "operator"), required: true, about: "who can write it" },
    residency: { kind: list(formed(REGION), 1), about: "the regions its values may be sealed in" },
    onMissing: { kind: choice("deny", "empty"), required: true, about: "what a missing row means" },
    onError: {
      kind: {
        kind: "either",
        choice: choice("deny", "unknown"),
        record: {
          about: "a row read before stands in",
          keys: { stale: { kind: formed(DURATION), required: true, about: "how old it may be, such as `60s`" } },
        },
        hint: "`deny`, `unknown`, or `{ stale: 60s }`",
      },
      required: true,
      about: "what a failed read means",
    },
    attributes: {
      kind: { kind: "names", noun: "attribute", of: record(attributeShape), form: ATTRIBUTE, least: 1 },
      required: true,
      about: "what may be read of its rows",
    },
  },
};
