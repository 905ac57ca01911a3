import fc from "fast-check";
import { expect, test } from "vitest";
import type { DecisionRecord, MetricCounts } from "../../triggers/record.ts";
import { MAX_LINE_BYTES, recordLine } from "../../triggers/record-line.ts";
import { recordSchema } from "../../triggers/record-schema.ts";
import { NAUGHTY } from "../claims/naughty/naughty-strings.ts";
import { validator } from "../claims/shape/validator.ts";
import { aFullRecord, noCounts } from "./a-record.ts";

const isValid = validator(recordSchema);

/** What ends a line for one reader or another, and what terminals act on. */
const BREAKS = [
  "\n",
  "\r",
  "\r\n",
  "\u0085",
  "\u2028",
  "\u2029",
  "\u000b",
  "\f",
  "\u001b[2K",
  "\u009b1A",
  "\b",
  "\u007f",
];

const text = fc.oneof(
  fc.constantFrom(...NAUGHTY, ...BREAKS),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.tuple(fc.string(), fc.constantFrom(...BREAKS), fc.string()).map((parts) => parts.join("")),
);
const number = fc.oneof(fc.double(), fc.nat());
const list = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { maxLength: 5 });

/** As no caller makes one: any text in every field, also in those that are one of a few words. */
const anyRecord = fc.record(
  {
    ts: text,
    outcome: text,
    code: text,
    detail: text,
    mode: text,
    map: text,
    revision: text,
    planSha256: text,
    resolvedSha256: text,
    profile: text,
    unmatched: text,
    grant: text,
    trigger: text,
    clientId: text,
    subject: text,
    emitted: list(text),
    omitted: list(fc.record({ claim: text, state: text })),
    sealed: list(
      fc.record({ resourceServer: text, keyId8: text, ageS: fc.option(number), claims: list(text), value: text }),
    ),
    suppressed: list(text),
    suppressedOther: number,
    scopesAdded: list(text),
    scopesRemoved: list(text),
    scopesRemovedOther: number,
    stale: list(fc.record({ source: text, ageS: number, row: text })),
    bytes: fc.record({ access: number, id: number, token: text }),
    ms: fc.record({ total: number, sources: number, seal: number }),
    calls: fc.record({ dynamodb: number, kms: number, retries: number, hedges: number }),
    cold: fc.boolean(),
    requestId: text,
    email: text,
  },
  {
    requiredKeys: [
      ...(["ts", "outcome", "mode", "map", "revision", "planSha256", "emitted", "omitted", "sealed"] as const),
      ...(["suppressed", "suppressedOther", "scopesAdded", "scopesRemoved", "scopesRemovedOther"] as const),
      ...(["stale", "bytes", "ms", "calls", "cold"] as const),
    ],
  },
) as unknown as fc.Arbitrary<DecisionRecord>;
const anyCounts: fc.Arbitrary<MetricCounts> = fc.record({
  dynamoThrottled: number,
  kmsThrottled: number,
  kmsDenied: number,
  strays: number,
});

test("whatever is in a record, its line is one line of printable ASCII that says what the schema allows", () => {
  fc.assert(
    fc.property(anyRecord, anyCounts, number, (record, counts, lost) => {
      const line = recordLine(record, counts, lost);
      expect(line).toMatch(/^[ -~]*$/);
      expect(isValid(JSON.parse(line)) ? [] : isValid.errors).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("a naughty string stands in no line as it is, unless it is printable and a name", () => {
  for (const naughty of [...NAUGHTY, ...BREAKS]) {
    const shown = JSON.parse(recordLine({ ...aFullRecord(), trigger: naughty, emitted: [naughty] }, noCounts, 0)) as {
      readonly trigger: string;
      readonly emitted: readonly string[];
    };
    expect(shown.trigger).toBe("(other)");
    expect(shown.emitted[0]).toMatch(/^[ -~]*$/);
  }
});

test("nothing that is not a field gets out, wherever it stands", () => {
  const canary = "canary-4f1d";
  const more = <T extends object>(of: T): T => ({ ...of, email: canary, [canary]: 1, toJSON: () => canary });
  const { bytes, ms, calls, sealed, omitted, stale, ...rest } = aFullRecord();
  const record = more({
    ...rest,
    bytes: more(bytes),
    ms: more(ms),
    calls: more(calls),
    sealed: sealed.map(more),
    omitted: omitted.map(more),
    stale: stale.map(more),
  });
  const counts = more(noCounts);
  expect(recordLine(record, counts, 0)).toBe(recordLine(aFullRecord(), noCounts, 0));
});

test("the longest texts in every field still make a line within its bounds", () => {
  const long = "\u{1f600}".repeat(300);
  const [names, record] = [Array.from({ length: 100 }, () => `${long}"\\`), aFullRecord()];
  const line = recordLine(
    {
      ...record,
      detail: "\\".repeat(5000),
      profile: long,
      emitted: names,
      suppressed: names,
      scopesAdded: names,
      sealed: names.map((name) => ({ resourceServer: name, keyId8: name, ageS: 1e300, claims: names.slice(0, 5) })),
    },
    noCounts,
    Number.MAX_VALUE,
  );
  expect(line.length).toBeLessThanOrEqual(MAX_LINE_BYTES);
  expect(isValid(JSON.parse(line)) ? [] : isValid.errors).toEqual([]);
});
