import type { JsonSchema } from "../claims/shape/json-schema.ts";
import type { DecisionRecord } from "./record.ts";
import { FORMS, type FormName, MAX_NAME_LENGTH, OTHER, WORDS, type WordsOf } from "./record-forms.ts";
import { MAX_DETAIL_LENGTH } from "./record-line.ts";

/** What a line shows of a record, under its own names. */
export type FieldName = "v" | keyof DecisionRecord | "lost" | "cut";

export type RecordField = {
  readonly schema: JsonSchema;
  readonly means: string;
  /** Whose words or figures they are. */
  readonly from: "the map" | "Cognito" | "Lambda" | "the environment" | "the trigger" | "the map, Cognito";
  readonly optional?: true;
};

const form = (name: FormName): JsonSchema => ({
  type: "string",
  anyOf: [{ pattern: FORMS[name].source }, { const: OTHER }],
});
const words = (field: WordsOf): JsonSchema => ({ type: "string", enum: [...WORDS[field], OTHER] });
const ascii = (maxLength: number): JsonSchema => ({ type: "string", maxLength, pattern: "^[ -~]*$" });
const name = ascii(MAX_NAME_LENGTH);
const whole: JsonSchema = { type: "integer", minimum: 0 };
const milliseconds: JsonSchema = { type: "number", minimum: 0 };
const list = (items: JsonSchema): JsonSchema => ({ type: "array", items });
const object = (properties: { readonly [name: string]: JsonSchema }): JsonSchema => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

/** Every field of a line, in its order. */
export const RECORD_FIELDS: { readonly [field in FieldName]: RecordField } = {
  v: { schema: { type: "integer", const: 1 }, means: "version of this list", from: "the trigger" },
  ts: {
    schema: { type: "string", pattern: FORMS.instant.source },
    means: "when it was decided, RFC 3339 in UTC",
    from: "the trigger",
  },
  outcome: {
    schema: words("outcome"),
    means: "what became of the token; `shadow`: it stayed as it was, whatever was decided",
    from: "the trigger",
  },
  code: {
    schema: form("code"),
    means: "why it was refused ([codes](refusal-codes.md)); under `shadow`, why it would have been",
    from: "the map, Cognito",
    optional: true,
  },
  detail: {
    schema: ascii(MAX_DETAIL_LENGTH),
    means: "which claim, source, resource server or field of the event it was",
    from: "the map",
    optional: true,
  },
  mode: { schema: words("mode"), means: "`CLAIMSEAL_MODE`", from: "the environment" },
  map: { schema: form("mapName"), means: "the map's name", from: "the map" },
  revision: { schema: form("revision"), means: "the map's revision", from: "the map" },
  planSha256: {
    schema: form("sha256"),
    means: "digest of the plan that lies beside the function",
    from: "the trigger",
  },
  resolvedSha256: {
    schema: form("sha256"),
    means: "digest of the plan with its environment filled in; absent where the plan was not taken",
    from: "the trigger",
    optional: true,
  },
  profile: { schema: name, means: "the profile that matched", from: "the map", optional: true },
  unmatched: {
    schema: words("unmatched"),
    means: "what a client got that no profile matched",
    from: "the map",
    optional: true,
  },
  grant: { schema: words("grant"), means: "person or machine", from: "Cognito", optional: true },
  trigger: { schema: form("trigger"), means: "the event's `triggerSource`", from: "Cognito", optional: true },
  clientId: { schema: form("clientId"), means: "the app client", from: "Cognito", optional: true },
  subject: {
    schema: form("subject"),
    means: "keyed hash of the `sub`: the same for the same person, and nobody's without the key",
    from: "the trigger",
    optional: true,
  },
  emitted: { schema: list(name), means: "claims in the clear, in either token", from: "the map" },
  omitted: {
    schema: list(object({ claim: name, state: words("state") })),
    means:
      "claims left out: `when` was not true; the value was `absent`, `invalid`, its source `failed`, or working it out " +
      "was an `error`; the token had no room (`size`); the `key` to seal it could not be had",
    from: "the map",
  },
  sealed: {
    schema: list(
      object({
        resourceServer: name,
        keyId8: form("keyId8"),
        ageS: { anyOf: [whole, { type: "null" }] },
        claims: list(name),
      }),
    ),
    means:
      "envelopes: for whom, under which key (its id's first 8 characters), how old the data key is, and which claims",
    from: "the map",
  },
  suppressed: { schema: list(name), means: "claims taken out that the map or Cognito names", from: "the map, Cognito" },
  suppressedOther: { schema: whole, means: "how many others were taken out", from: "the trigger" },
  scopesAdded: { schema: list(name), means: "scopes the token gained", from: "the map" },
  scopesRemoved: {
    schema: list(name),
    means: "scopes it lost that the map or Cognito names",
    from: "the map, Cognito",
  },
  scopesRemovedOther: { schema: whole, means: "how many others it lost", from: "the trigger" },
  stale: {
    schema: list(object({ source: name, ageS: whole })),
    means: "sources that could not be read and were answered by an older row, and how old it was",
    from: "the map",
  },
  bytes: { schema: object({ access: whole, id: whole }), means: "estimated size of each token", from: "the trigger" },
  ms: {
    schema: object({ total: milliseconds, sources: milliseconds, seal: milliseconds }),
    means: "milliseconds: in all, reading, sealing; the last two overlap",
    from: "the trigger",
  },
  calls: {
    schema: object({ dynamodb: whole, kms: whole, retries: whole, hedges: whole }),
    means: "requests sent, and how many of them were second ones: after a failure, or beside a slow one",
    from: "the trigger",
  },
  cold: { schema: { type: "boolean" }, means: "whether it is the process's first event", from: "the trigger" },
  requestId: {
    schema: form("requestId"),
    means: "the invocation, as in Lambda's own lines",
    from: "Lambda",
    optional: true,
  },
  lost: { schema: whole, means: "records before this one that could not be written", from: "the trigger" },
  cut: {
    schema: { type: "integer", minimum: 1 },
    means: "how many entries lists are short of",
    from: "the trigger",
    optional: true,
  },
};
