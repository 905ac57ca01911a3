import type { DecisionRecord } from "./record.ts";
import { type FieldName, RECORD_FIELDS } from "./record-fields.ts";
import { recordLine } from "./record-line.ts";
import { METRICS, type Metric, type MetricName, NAMESPACE } from "./record-metrics.ts";

const METRIC_MEANS: { readonly [name in MetricName]: string } = {
  Issued: "tokens issued",
  Refused: "tokens refused, for whatever reason; the average is the rate",
  Shadow: "events of mode `shadow`",
  ShadowRefused: "those of them that would have been refused",
  Faults:
    "refusals, also those there would have been, that say nothing of the person: what the trigger depends on, or the " +
    "trigger, is out of order; the average is the rate",
  Internal: "refusals `INTERNAL`: something that must not happen",
  NotEnforcing: "events in another mode than `enforce`",
  Bare: "events without a profile, under `unmatched: bare`",
  Untouched: "events without a profile, under `unmatched: untouched`",
  ClaimsOmitted: "claims whose value was there and no good, or could not be had: `invalid`, `failed`, `error`",
  ClaimsUnsealed: "claims left out because the key of their envelope could not be had",
  SizeDrops: "claims left out because the token had no room",
  StaleRows: "sources answered by an older row",
  DurationMs: "from the event to the answer",
  ColdStart: "first events of a process",
  DynamoCalls: "requests to DynamoDB",
  KmsCalls: "requests to KMS",
  Retries: "requests sent again after a failure",
  Hedges: "requests sent beside one that was slow",
  DynamoThrottled: "answers of DynamoDB that said to slow down",
  KmsThrottled: "answers of KMS that said to slow down",
  KmsDenied: "answers of KMS that asking again does not change: the key's policy, state or name",
  Strays: "errors that nobody caught; they end no process, and what they say goes nowhere",
  RecordsLost: "records that could not be written",
};

const EXAMPLE: DecisionRecord = {
  ts: "2026-11-22T10:00:00.000Z",
  outcome: "issued",
  mode: "enforce",
  map: "clinic-eu",
  revision: "2026-11-22.1",
  planSha256: "5f1d7a84db00d2fce00b31a7fc73224f5b4c5d9a8e0a1b5b9fba4f3a1f1e7c62",
  resolvedSha256: "0c2a95f7b2f5b94ac7a93a3e2e8a1b0c8d3c94b1c4fb6e7b9c1df2c6a95e7d18",
  profile: "clinician",
  grant: "user",
  trigger: "TokenGeneration_HostedAuth",
  clientId: "1example23456789",
  subject: "mZ4rUuQ7p1o8Xb2Yc3Vd5w",
  emitted: ["clinic_id", "profession"],
  omitted: [{ claim: "ward", state: "absent" }],
  sealed: [{ resourceServer: "care-api", keyId8: "1234abcd", ageS: 42, claims: ["legal_name", "licence_no"] }],
  suppressed: ["email", "name"],
  suppressedOther: 1,
  scopesAdded: ["care-api/chart.read"],
  scopesRemoved: ["profile"],
  scopesRemovedOther: 0,
  stale: [{ source: "staff", ageS: 17 }],
  bytes: { access: 2214, id: 1380 },
  ms: { total: 31.4, sources: 22.8, seal: 3.1 },
  calls: { dynamodb: 3, kms: 1, retries: 1, hedges: 1 },
  cold: true,
  requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
};

/** What that event has no reason to show. */
const ELSEWHERE: { readonly [field in FieldName]?: unknown } = {
  code: "CLAIM_RESTRICTS_UNKNOWN",
  detail: 'claim "spending_limit"',
  unmatched: "bare",
  cut: 120,
};

/** The generated half of `docs/reference/log-inventory.md`: every field and every metric the trigger can log. */
export function logInventory(): string {
  const line = recordLine(EXAMPLE, { dynamoThrottled: 0, kmsThrottled: 0, kmsDenied: 0, strays: 0 }, 0);
  const shown: { readonly [field: string]: unknown } = { ...ELSEWHERE, ...(JSON.parse(line) as object) };
  return [
    "## A record",
    `\`\`\`json\n${line}\n\`\`\``,
    "## Fields",
    table(
      ["field", "", "", "from", "personal", "such as"],
      Object.entries(RECORD_FIELDS).map(([name, { means, from, optional }]) => [
        code(name),
        optional ? "" : "always",
        means,
        from,
        name === "subject" ? "a pseudonym" : "no",
        code(JSON.stringify(shown[name])),
      ]),
    ),
    "## Metrics",
    `Namespace ${code(NAMESPACE)}, dimension \`service\`: the map's name.`,
    table(
      ["metric", "unit", "written", ""],
      Object.entries<Metric>(METRICS).map(([name, { unit, always }]) => [
        code(name),
        unit,
        always ? "always" : "above 0",
        METRIC_MEANS[name as MetricName],
      ]),
    ),
  ].join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const code = (text: string): string => `\`${text}\``;
