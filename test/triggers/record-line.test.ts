import { expect, test } from "vitest";
import type { DecisionRecord } from "../../triggers/record.ts";
import { RECORD_FIELDS } from "../../triggers/record-fields.ts";
import { MAX_LINE_BYTES, recordLine } from "../../triggers/record-line.ts";
import { METRICS } from "../../triggers/record-metrics.ts";
import { recordSchema } from "../../triggers/record-schema.ts";
import { validator } from "../claims/shape/validator.ts";
import { aFullRecord, aRecord, noCounts } from "./a-record.ts";

const isValid = validator(recordSchema);

type Line = { readonly [field: string]: unknown };

function lineOf(record: DecisionRecord, counts = noCounts, lost = 0): Line {
  const line = JSON.parse(recordLine(record, counts, lost)) as Line;
  expect(isValid(line) ? [] : isValid.errors).toEqual([]);
  return line;
}

const counts = { dynamoThrottled: 1, kmsThrottled: 2, kmsDenied: 3, strays: 5 };

test("a record with everything in it shows every field and metric there is, in the order of their lists", () => {
  const shown = lineOf(aFullRecord(), counts, 4);
  const fields = Object.keys(RECORD_FIELDS).filter((name) => name !== "cut");
  const metrics = Object.keys(METRICS).filter((name) => name !== "Issued" && name !== "Bare");
  expect(Object.keys(shown)).toEqual(["_aws", ...fields, "service", ...metrics]);
});

test("fields are as the record has them; times and ages are rounded", () => {
  const record = aFullRecord();
  expect(lineOf(record, counts, 4)).toMatchObject({
    ...record,
    v: 1,
    service: "clinic-eu",
    sealed: [{ ...record.sealed[0], ageS: 42 }, record.sealed[1]],
    stale: [{ source: "staff", ageS: 17 }],
    ms: { total: 31.4, sources: 22.9, seal: 3.1 },
    lost: 4,
  });
});

test("what a record does not know is not in its line, an empty detail among it", () => {
  const optional = Object.entries(RECORD_FIELDS).flatMap(([name, field]) => (field.optional ? [name] : []));
  const shown = lineOf(aRecord({ detail: "" }));
  expect(optional.filter((name) => name in shown)).toEqual([]);
});

test("the metrics of a full record", () => {
  expect(lineOf(aFullRecord(), counts, 4)).toMatchObject({
    Refused: 0,
    Shadow: 1,
    ShadowRefused: 1,
    Faults: 1,
    Internal: 1,
    NotEnforcing: 1,
    Untouched: 1,
    ClaimsOmitted: 3,
    ClaimsUnsealed: 1,
    SizeDrops: 1,
    StaleRows: 1,
    DurationMs: 31.4,
    ColdStart: 1,
    DynamoCalls: 4,
    KmsCalls: 2,
    Retries: 1,
    Hedges: 1,
    DynamoThrottled: 1,
    KmsThrottled: 2,
    KmsDenied: 3,
    Strays: 5,
    RecordsLost: 4,
  });
});

test("a record of nothing special has the metrics whose average is a rate, and no others", () => {
  const { _aws, ...shown } = lineOf(aRecord());
  const metrics = Object.keys(METRICS).filter((name) => name in shown);
  expect(metrics).toEqual(["Issued", "Refused", "Faults", "DurationMs"]);
  expect(shown).toMatchObject({ Issued: 1, Refused: 0, Faults: 0, DurationMs: 1 });
  expect(_aws).toEqual({
    Timestamp: Date.parse("2026-11-22T10:00:00.000Z"),
    CloudWatchMetrics: [
      {
        Namespace: "claimseal",
        Dimensions: [["service"]],
        Metrics: metrics.map((Name) => ({ Name, Unit: METRICS[Name as keyof typeof METRICS].unit })),
      },
    ],
  });
});

test.for([
  ["a refusal of the map's own", { outcome: "refused", code: "MAP_SUSPENDED" }, { Refused: 1, Faults: 0 }],
  ["a refusal for what is down", { outcome: "refused", code: "SOURCE_UNAVAILABLE" }, { Refused: 1, Faults: 1 }],
  ["a refusal that must not happen", { outcome: "refused", code: "INTERNAL" }, { Faults: 1, Internal: 1 }],
  ["mode shadow without a refusal", { outcome: "shadow", mode: "shadow" }, { Shadow: 1, NotEnforcing: 1, Faults: 0 }],
  ["mode minimal", { mode: "minimal" }, { Issued: 1, NotEnforcing: 1 }],
  ["a client without a profile", { unmatched: "bare" }, { Issued: 1, Bare: 1 }],
] as const)("%s is counted as what it is", ([, changes, metrics]) => {
  expect(lineOf(aRecord(changes))).toMatchObject(metrics);
});

test.for([
  ["trigger", "TokenGeneration_HostedAuth\n", "(other)"],
  ["trigger", "PreSignUp_SignUp", "(other)"],
  ["clientId", "anna@example.org", "(other)"],
  ["requestId", "Anna Testmann", "(other)"],
  ["subject", "4b1c2d3e-0000-4000-8000-1234567890ab", "(other)"],
  ["code", "anna", "(other)"],
  ["map", "clinic eu", "(other)"],
  ["revision", "", "(other)"],
  ["planSha256", "ABC", "(other)"],
  ["resolvedSha256", "f".repeat(63), "(other)"],
  ["outcome", "anna", "(other)"],
  ["mode", "anna", "(other)"],
  ["grant", "anna", "(other)"],
  ["unmatched", "anna", "(other)"],
  ["ts", "2026-13-22T10:00:00.000Z", "1970-01-01T00:00:00.000Z"],
  ["ts", "now", "1970-01-01T00:00:00.000Z"],
  ["map", undefined, "(other)"],
  ["profile", "caf\u00e9\u2028\u001b[31m", "caf\\u{e9}\\u{2028}\\u{1b}[31m"],
  ["detail", "half \ud800", "half \\u{d800}"],
  ["detail", "a".repeat(2000), "a".repeat(1024)],
] as const)("%s: %j is written %j", ([field, text, shown]) => {
  expect(lineOf(aRecord({ [field]: text }))[field]).toBe(shown);
});

test("the parts of lists are held to their forms too", () => {
  const shown = lineOf(
    aRecord({
      emitted: ["a\nb"],
      omitted: [{ claim: "a", state: "anna" as "when" }],
      sealed: [{ resourceServer: "\r", keyId8: "arn:aws:kms", ageS: Number.NaN, claims: ["\u009b"] }],
      stale: [{ source: "staff", ageS: -5 }],
    }),
  );
  expect(shown).toMatchObject({
    emitted: ["a\\u{a}b"],
    omitted: [{ claim: "a", state: "(other)" }],
    sealed: [{ resourceServer: "\\u{d}", keyId8: "(other)", ageS: 0, claims: ["\\u{9b}"] }],
    stale: [{ source: "staff", ageS: 0 }],
  });
});

test("a clock or a counter that gives no amount is written 0", () => {
  const none = [Number.NaN, Number.POSITIVE_INFINITY, -1];
  for (const each of none) {
    const shown = lineOf(
      aRecord({ ms: { total: each, sources: each, seal: each }, bytes: { access: each, id: each } }),
      { dynamoThrottled: each, kmsThrottled: each, kmsDenied: each, strays: each },
      each,
    );
    const zero = { ms: { total: 0, sources: 0, seal: 0 }, bytes: { access: 0, id: 0 }, lost: 0, DurationMs: 0 };
    expect(shown).toMatchObject(zero);
    expect("RecordsLost" in shown).toBe(false);
  }
});

test("lists of a line that would be too long are cut, and what is missing is counted", () => {
  const names = Array.from({ length: 3000 }, (_, index) => `claim_${index}_${"x".repeat(40)}`);
  const sealed = [{ resourceServer: "care-api", keyId8: "1234abcd", ageS: 1, claims: names }];
  const record = aRecord({ emitted: names, suppressed: ["email"], sealed });
  const text = recordLine(record, noCounts, 0);
  const shown = lineOf(record) as { readonly cut: number; readonly emitted: string[]; readonly sealed: typeof sealed };
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_LINE_BYTES);
  expect(shown.emitted.length).toBeGreaterThan(100);
  expect(shown.emitted).toEqual(names.slice(0, shown.emitted.length));
  expect(shown.emitted.length + (shown.sealed[0]?.claims.length ?? 0) + shown.cut).toBe(6000);
  expect(shown).toMatchObject({ suppressed: ["email"] });
});

test("a metric counts what a list does not show any more", () => {
  const omitted = Array.from({ length: 5000 }, (_, index) => ({ claim: `claim_${index}`, state: "size" as const }));
  expect(lineOf(aRecord({ omitted }))["SizeDrops"]).toBe(5000);
});
