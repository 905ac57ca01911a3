import type { DecisionRecord, MetricCounts } from "./record.ts";
import { amount } from "./record-forms.ts";
import type { RefusalCode } from "./refusal.ts";

/** The CloudWatch namespace of every metric. */
export const NAMESPACE = "claimseal";

export type Metric = {
  readonly unit: "Count" | "Milliseconds";
  readonly of: (record: DecisionRecord, counts: MetricCounts, lost: number) => number;
  /** Sent when it is 0 too, because its average is a rate. All others cost nothing while nothing happens. */
  readonly always?: true;
};

export type MetricName =
  | "Issued"
  | "Refused"
  | "Shadow"
  | "ShadowRefused"
  | "Faults"
  | "Internal"
  | "NotEnforcing"
  | "Bare"
  | "Untouched"
  | "ClaimsOmitted"
  | "ClaimsUnsealed"
  | "SizeDrops"
  | "StaleRows"
  | "DurationMs"
  | "ColdStart"
  | "DynamoCalls"
  | "KmsCalls"
  | "Retries"
  | "Hedges"
  | "DynamoThrottled"
  | "KmsThrottled"
  | "KmsDenied"
  | "Strays"
  | "RecordsLost";

/** Refusals that say nothing of the person: the service, or what it depends on, is out of order. */
const FAULTS: readonly string[] = [
  "EVENT_VERSION",
  "EVENT_MALFORMED",
  "POOL_FOREIGN",
  "SOURCE_UNAVAILABLE",
  "SEAL_UNAVAILABLE",
  "PLAN_MISMATCH",
  "DEADLINE",
  "INTERNAL",
] satisfies RefusalCode[];

/** Every metric, in the order of the line. */
export const METRICS: { readonly [name in MetricName]: Metric } = {
  Issued: { unit: "Count", of: ({ outcome }) => Number(outcome === "issued") },
  Refused: { unit: "Count", of: ({ outcome }) => Number(outcome === "refused"), always: true },
  Shadow: { unit: "Count", of: ({ outcome }) => Number(outcome === "shadow") },
  ShadowRefused: { unit: "Count", of: ({ outcome, code }) => Number(outcome === "shadow" && code !== undefined) },
  Faults: { unit: "Count", of: ({ code }) => Number(code !== undefined && FAULTS.includes(code)), always: true },
  Internal: { unit: "Count", of: ({ code }) => Number(code === "INTERNAL") },
  NotEnforcing: { unit: "Count", of: ({ mode }) => Number(mode !== "enforce") },
  Bare: { unit: "Count", of: ({ unmatched }) => Number(unmatched === "bare") },
  Untouched: { unit: "Count", of: ({ unmatched }) => Number(unmatched === "untouched") },
  ClaimsOmitted: { unit: "Count", of: ({ omitted }) => countOf(omitted, "invalid", "failed", "error") },
  ClaimsUnsealed: { unit: "Count", of: ({ omitted }) => countOf(omitted, "key") },
  SizeDrops: { unit: "Count", of: ({ omitted }) => countOf(omitted, "size") },
  StaleRows: { unit: "Count", of: ({ stale }) => stale.length },
  DurationMs: { unit: "Milliseconds", of: ({ ms }) => ms.total, always: true },
  ColdStart: { unit: "Count", of: ({ cold }) => Number(cold) },
  DynamoCalls: { unit: "Count", of: ({ calls }) => calls.dynamodb },
  KmsCalls: { unit: "Count", of: ({ calls }) => calls.kms },
  Retries: { unit: "Count", of: ({ calls }) => calls.retries },
  Hedges: { unit: "Count", of: ({ calls }) => calls.hedges },
  DynamoThrottled: { unit: "Count", of: (_, { dynamoThrottled }) => dynamoThrottled },
  KmsThrottled: { unit: "Count", of: (_, { kmsThrottled }) => kmsThrottled },
  KmsDenied: { unit: "Count", of: (_, { kmsDenied }) => kmsDenied },
  Strays: { unit: "Count", of: (_, { strays }) => strays },
  RecordsLost: { unit: "Count", of: (_record, _counts, lost) => lost },
};

export type MetricValue = { readonly name: MetricName; readonly unit: Metric["unit"]; readonly value: number };

/** The metrics of one record. */
export function metricsOf(record: DecisionRecord, counts: MetricCounts, lost: number): readonly MetricValue[] {
  return (Object.entries(METRICS) as [MetricName, Metric][]).flatMap(([name, { unit, of, always }]) => {
    const value = amount(of(record, counts, lost), 1);
    return always || value > 0 ? [{ name, unit, value }] : [];
  });
}

type Omitted = DecisionRecord["omitted"][number];

function countOf(omitted: readonly Omitted[], ...states: readonly Omitted["state"][]): number {
  return omitted.filter(({ state }) => states.includes(state)).length;
}
