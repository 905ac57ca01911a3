import type { DecisionRecord, MetricCounts } from "../../triggers/record.ts";

/** A machine's event that nothing happened to. */
export const aRecord = (changes: Partial<DecisionRecord> = {}): DecisionRecord => ({
  ts: "2026-11-22T10:00:00.000Z",
  outcome: "issued",
  mode: "enforce",
  map: "clinic-eu",
  revision: "2026-11-22.1",
  planSha256: "0".repeat(64),
  emitted: [],
  omitted: [],
  sealed: [],
  suppressed: [],
  suppressedOther: 0,
  scopesAdded: [],
  scopesRemoved: [],
  scopesRemovedOther: 0,
  stale: [],
  bytes: { access: 0, id: 0 },
  ms: { total: 1, sources: 0, seal: 0 },
  calls: { dynamodb: 0, kms: 0, retries: 0, hedges: 0 },
  cold: false,
  ...changes,
});

/** One with everything in it, and every metric but `Issued` and `Refused` above 0. */
export const aFullRecord = (): DecisionRecord =>
  aRecord({
    outcome: "shadow",
    code: "INTERNAL",
    detail: 'claim "limit"',
    mode: "shadow",
    resolvedSha256: "1".repeat(64),
    profile: "clinician",
    unmatched: "untouched",
    grant: "user",
    trigger: "TokenGeneration_HostedAuth",
    clientId: "1example23456789",
    subject: "mZ4rUuQ7p1o8Xb2Yc3Vd5w",
    emitted: ["clinic_id"],
    omitted: (["when", "absent", "invalid", "failed", "error", "size", "key"] as const).map((state) => ({
      claim: `c_${state}`,
      state,
    })),
    sealed: [
      { resourceServer: "care-api", keyId8: "1234abcd", ageS: 41.6, claims: ["legal_name"] },
      { resourceServer: "billing-api", keyId8: "mrk-1234", ageS: null, claims: [] },
    ],
    suppressed: ["email"],
    suppressedOther: 2,
    scopesAdded: ["care-api/chart.read"],
    scopesRemoved: ["profile"],
    scopesRemovedOther: 3,
    stale: [{ source: "staff", ageS: 17.2 }],
    bytes: { access: 2214, id: 1380 },
    ms: { total: 31.44, sources: 22.86, seal: 3.14 },
    calls: { dynamodb: 4, kms: 2, retries: 1, hedges: 1 },
    cold: true,
    requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
  });

export const noCounts: MetricCounts = { dynamoThrottled: 0, kmsThrottled: 0, kmsDenied: 0, strays: 0 };
