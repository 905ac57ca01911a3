import type { JsonSchema } from "../claims/shape/json-schema.ts";
import { RECORD_FIELDS } from "./record-fields.ts";
import { METRICS, NAMESPACE } from "./record-metrics.ts";

const fields = Object.entries(RECORD_FIELDS);
const metrics = Object.entries(METRICS);

const directive: JsonSchema = {
  type: "object",
  properties: {
    Namespace: { const: NAMESPACE },
    Dimensions: { const: [["service"]] },
    Metrics: {
      type: "array",
      items: {
        type: "object",
        properties: {
          Name: { enum: metrics.map(([name]) => name) },
          Unit: { enum: [...new Set(metrics.map(([, { unit }]) => unit))] },
        },
        required: ["Name", "Unit"],
        additionalProperties: false,
      },
    },
  },
  required: ["Namespace", "Dimensions", "Metrics"],
  additionalProperties: false,
};

/** `schema/decision-record.v1.json`: everything a line may hold, and nothing else. */
export const recordSchema: JsonSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  $id: "urn:claimseal:decision-record:v1",
  title: "Decision record",
  description:
    "What the trigger decided at one sign-in, as one line of its log and one document of CloudWatch metrics.",
  type: "object",
  properties: {
    _aws: {
      description: "What CloudWatch takes the metrics from: embedded metric format.",
      type: "object",
      properties: {
        Timestamp: { description: "`ts` in milliseconds since the epoch.", type: "integer", minimum: 0 },
        CloudWatchMetrics: { type: "array", items: directive, minItems: 1, maxItems: 1 },
      },
      required: ["Timestamp", "CloudWatchMetrics"],
      additionalProperties: false,
    },
    ...Object.fromEntries(fields.map(([name, { schema, means }]) => [name, { description: means, ...schema }])),
    service: { description: "The dimension of every metric: `map`.", ...RECORD_FIELDS.map.schema },
    ...Object.fromEntries(metrics.map(([name, { unit }]) => [name, { description: unit, type: "number", minimum: 0 }])),
  },
  required: [
    "_aws",
    ...fields.flatMap(([name, { optional }]) => (optional ? [] : [name])),
    "service",
    ...metrics.flatMap(([name, { always }]) => (always ? [name] : [])),
  ],
  additionalProperties: false,
};
