import { Metrics } from "@aws-lambda-powertools/metrics";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DecisionRecord, MetricCounts } from "../../triggers/record.ts";
import { RECORD_FIELDS } from "../../triggers/record-fields.ts";
import { recordLine } from "../../triggers/record-line.ts";
import { metricsOf } from "../../triggers/record-metrics.ts";
import { aFullRecord, aRecord, noCounts } from "./a-record.ts";

const START = Date.parse("2026-11-22T10:00:00.000Z");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What Powertools prints of the same namespace, dimension, metrics, metadata and time. */
function printedByPowertools(record: DecisionRecord, counts: MetricCounts, lost: number): string {
  const printed: unknown[] = [];
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(text) > 0);
  vi.setSystemTime(Date.parse(record.ts));
  const metrics = new Metrics({ namespace: "claimseal", serviceName: record.map });
  const shown = JSON.parse(recordLine(record, counts, lost)) as { readonly [field: string]: never };
  for (const field of Object.keys(RECORD_FIELDS)) if (field in shown) metrics.addMetadata(field, shown[field] as never);
  for (const { name, unit, value } of metricsOf(record, counts, lost)) metrics.addMetric(name, unit, value);
  metrics.publishStoredMetrics();
  stdout.mockRestore();
  return printed.join("");
}

test.for([
  ["nothing special", aRecord()],
  ["everything", aFullRecord()],
] as const)("a record of %s is, byte for byte, what Powertools would print", ([, record]) => {
  const counts = { dynamoThrottled: 1, kmsThrottled: 2, kmsDenied: 3, strays: 5 };
  expect(`${recordLine(record, counts, 4)}\n`).toBe(printedByPowertools(record, counts, 4));
});

test("so is a record of whatever names and figures", () => {
  const name = fc.string({ unit: "binary", maxLength: 12 });
  const part = fc.record({
    ts: fc.nat({ max: 10 ** 9 }).map((ms) => new Date(START + ms).toISOString()),
    emitted: fc.array(name),
    detail: name,
    omitted: fc.array(fc.record({ claim: name, state: fc.constantFrom("when" as const, "invalid" as const) })),
    bytes: fc.record({ access: fc.double(), id: fc.nat() }),
    ms: fc.record({ total: fc.double({ min: 0, max: 5000 }), sources: fc.double(), seal: fc.nat() }),
  });
  fc.assert(
    fc.property(part, (changes) => {
      const record = aRecord(changes);
      expect(`${recordLine(record, noCounts, 0)}\n`).toBe(printedByPowertools(record, noCounts, 0));
    }),
    { numRuns: 40 },
  );
});
