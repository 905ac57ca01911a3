import { expect, test } from "vitest";
import type { RowResult } from "../../claims/facts.ts";
import type { Plan } from "../../claims/plan.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { type AsItWas, asItCame } from "../../triggers/as-it-was.ts";
import { BUDGET_MS } from "../../triggers/deadline.ts";
import { mapNames } from "../../triggers/map-names.ts";
import { customizeToken, type House } from "../../triggers/pre-token-generation.ts";
import type { DecisionRecord, MetricCounts } from "../../triggers/record.ts";
import { type Recording, recorded } from "../../triggers/recorded.ts";
import { Refusal } from "../../triggers/refusal.ts";
import { aClaim, aPlan, aProfile } from "../claims/a-plan.ts";
import { aHouse, anEvent } from "./a-house.ts";

const plan: Plan = aPlan({
  profiles: [
    aProfile({
      claims: [
        aClaim("role", { op: "ref", ref: ["staff", "role"] }, { effect: "grants", to: ["access", "id"] }),
        aClaim("limit", { op: "ref", ref: ["staff", "limit"] }),
        aClaim("phone", { op: "ref", ref: ["staff", "phone"] }, { to: [], sealFor: ["care-api"] }),
      ],
      refuse: [
        {
          when: { op: "==", left: { op: "ref", ref: ["staff", "role"] }, right: { op: "string", value: "gone" } },
          code: "GONE",
        },
      ],
      scopes: [{ add: ["care/write"], remove: [] }],
      envelopes: [{ resourceServer: "care-api", claims: ["phone"] }],
      reads: [{ staff: ["role", "limit", "phone"] }],
    }),
  ],
});

const row = (role: string): RowResult => ({
  state: "found",
  row: new Map<string, unknown>([
    ["role", role],
    ["phone", "+15550100"],
  ]),
});

const QUIET = { sends: 0, retries: 0, hedges: 0, throttled: 0, denied: 0 };

type Written = { readonly record: DecisionRecord; readonly counts: MetricCounts };

/** The recorded trigger over a house, and what it wrote. */
function watched(house: House, changes: Partial<Recording> = {}) {
  const written: Written[] = [];
  let time = 1_000;
  const trigger = recorded(customizeToken(house), {
    plan,
    names: mapNames(house.plan),
    planSha256: "a".repeat(64),
    resolvedSha256: "b".repeat(64),
    mode: "enforce",
    asItWas: asItCame,
    write: async (record, counts) => void written.push({ record, counts }),
    traffic: () => ({ dynamodb: QUIET, kms: QUIET }),
    strays: () => 0,
    subjectHash: () => (poolId, sub) => `hash of ${poolId.length} and ${sub.length}`,
    now: () => Date.UTC(2026, 10, 30),
    steady: () => (time += 5),
    ...changes,
  });
  return { trigger, written };
}

test("a token that is issued has a record of what is in it and what is not, by name", async () => {
  const { trigger, written } = watched(aHouse(plan, row("nurse")));
  await trigger(anEvent(), { awsRequestId: "8a2b3c4d-0000-4000-8000-000000000001" });
  const [{ record } = {} as Written] = written;
  expect(written).toHaveLength(1);
  expect(record).toEqual({
    ts: "2026-11-30T00:00:00.000Z",
    outcome: "issued",
    mode: "enforce",
    map: "demo",
    revision: "1",
    planSha256: "a".repeat(64),
    resolvedSha256: "b".repeat(64),
    profile: "people",
    grant: "user",
    trigger: "TokenGeneration_HostedAuth",
    clientId: "web",
    subject: "hash of 22 and 36",
    emitted: ["role"],
    omitted: [{ claim: "limit", state: "absent" }],
    sealed: [{ resourceServer: "care-api", keyId8: "care", ageS: 61, claims: ["phone"] }],
    suppressed: ["cognito:groups"],
    suppressedOther: 0,
    scopesAdded: ["care/write"],
    scopesRemoved: ["openid", "email"],
    scopesRemovedOther: 0,
    stale: [],
    bytes: { access: expect.any(Number), id: expect.any(Number) },
    ms: { total: 5, sources: expect.any(Number), seal: expect.any(Number) },
    calls: { dynamodb: 0, kms: 0, retries: 0, hedges: 0 },
    cold: true,
    requestId: "8a2b3c4d-0000-4000-8000-000000000001",
  });
  expect(JSON.stringify(written)).not.toMatch(/nora|15550100|nurse/);
});

test.for<readonly [string, unknown, House, object]>([
  ["a refusal of the map", anEvent(), aHouse(plan, row("gone")), { code: "MAP_GONE", profile: "people" }],
  ["a source that fails", anEvent(), aHouse(plan, { state: "failed" }), { code: "SOURCE_UNAVAILABLE" }],
  [
    "a client without a profile",
    { ...anEvent(), callerContext: { clientId: "tv" } },
    aHouse(plan, row("nurse")),
    { code: "PROFILE_NONE" },
  ],
  ["an event that is none", { request: "nora@example.com" }, aHouse(plan, row("nurse")), { code: "EVENT_MALFORMED" }],
  ["no event at all", undefined, aHouse(plan, row("nurse")), { code: "EVENT_MALFORMED" }],
  ["no time left", anEvent(), aHouse(plan, row("nurse"), { budgetMs: () => 0 }), { code: "DEADLINE" }],
  [
    "a mistake in the program",
    anEvent(),
    aHouse(plan, row("nurse"), { loadAttributes: () => Promise.reject(new Error("nora@example.com")) }),
    { code: "INTERNAL", detail: "" },
  ],
])("%s has one record too, with its code, and the token is refused", async ([, event, house, expected]) => {
  const { trigger, written } = watched(house);
  await expect(trigger(event)).rejects.toMatchObject({ name: "Refusal", code: (expected as { code: string }).code });
  expect(written).toMatchObject([{ record: { outcome: "refused", ...expected, emitted: [] } }]);
  expect(JSON.stringify(written)).not.toMatch(/nora/);
});

test("an envelope whose key cannot be had is told, claim by claim", async () => {
  const takeDataKey = () => Promise.reject(new CryptoError("KEY_UNAVAILABLE", "no key"));
  const { trigger, written } = watched(aHouse(plan, row("nurse"), { takeDataKey }));
  await trigger(anEvent());
  expect(written[0]?.record).toMatchObject({
    sealed: [],
    omitted: [
      { claim: "limit", state: "absent" },
      { claim: "phone", state: "key" },
    ],
  });
});

test("a claim that found no room is told", async () => {
  const small = { ...plan, limits: { accessToken: 2_100, idToken: 5_000, onOversize: "drop" as const } };
  const long: RowResult = {
    state: "found",
    row: new Map<string, unknown>([
      ["role", "r"],
      ["limit", 1],
    ]),
  };
  const wide = {
    ...small,
    profiles: small.profiles.map((each) => ({
      ...each,
      claims: [...each.claims, aClaim("note", { op: "string", value: "n".repeat(900) })],
    })),
  };
  const { trigger, written } = watched(aHouse(wide, long), { plan: wide });
  await trigger(anEvent());
  expect(written[0]?.record.omitted).toContainEqual({ claim: "note", state: "size" });
  expect(written[0]?.record.bytes.access).toBeLessThanOrEqual(2_100);
});

test("names that are neither the map's nor Cognito's are counted, not written", async () => {
  const event = anEvent({
    userAttributes: { sub: anEvent().userName, "custom:nora_lind_illness": "x" },
    scopes: ["nora/lind"],
  });
  const only = {
    ...plan,
    profiles: plan.profiles.map((each) => ({ ...each, scopes: [{ add: [], remove: ["nora/lind"] }] })),
  };
  const { trigger, written } = watched(aHouse(only, row("nurse")), { plan: only });
  await trigger(event);
  expect(written[0]?.record).toMatchObject({ suppressedOther: 1, scopesRemoved: [], scopesRemovedOther: 1 });
  expect(JSON.stringify(written)).not.toMatch(/nora|lind/);
});

test.for(["bare", "untouched"] as const)("what a client without a profile got is told: %s", async (unmatched) => {
  const none = { ...plan, profiles: [], unmatched };
  const { trigger, written } = watched(aHouse(none, row("nurse")), { plan: none });
  await trigger(anEvent());
  expect(written[0]?.record).toMatchObject({ outcome: "issued", unmatched, emitted: [] });
  expect(written[0]?.record).not.toHaveProperty("profile");
});

test("only the first event is cold, and without a root there is no subject", async () => {
  const { trigger, written } = watched(aHouse(plan, row("nurse")), { subjectHash: () => null });
  await trigger(anEvent());
  await trigger(anEvent());
  expect(written.map(({ record }) => [record.cold, "subject" in record])).toEqual([
    [true, false],
    [false, false],
  ]);
});

test("what was sent meanwhile is counted, and what was sent before is not", async () => {
  let [sends, throttled] = [40, 7];
  const house = aHouse(plan, row("nurse"), {
    loadAttributes: async (requests) => {
      sends += 3;
      throttled += 2;
      return requests.map(() => row("nurse"));
    },
  });
  const { trigger, written } = watched(house, {
    traffic: () => ({ dynamodb: { ...QUIET, sends, throttled, retries: sends - 40 }, kms: { ...QUIET, denied: 9 } }),
  });
  await trigger(anEvent());
  expect(written[0]).toMatchObject({
    record: { calls: { dynamodb: 3, kms: 0, retries: 3, hedges: 0 } },
    counts: { dynamoThrottled: 2, kmsThrottled: 0, kmsDenied: 0, strays: 0 },
  });
});

test("an error that nobody caught is told once, by the record after it, also where it came between two events", async () => {
  let strays = 2;
  const { trigger, written } = watched(aHouse(plan, row("nurse")), { strays: () => strays });
  await trigger(anEvent());
  strays += 1;
  await trigger(anEvent());
  await trigger(anEvent());
  expect(written.map(({ counts }) => counts.strays)).toEqual([2, 1, 0]);
});

test("in mode shadow the event goes back as it came, whatever was decided, and the record says what", async () => {
  const issued = watched(aHouse(plan, row("nurse")), { mode: "shadow" });
  const event = anEvent();
  expect(await issued.trigger(event)).toBe(event);
  expect(issued.written[0]?.record).toMatchObject({ outcome: "shadow", mode: "shadow", emitted: ["role"] });
  expect(issued.written[0]?.record).not.toHaveProperty("code");
  const refused = watched(aHouse(plan, row("gone")), { mode: "shadow" });
  expect(await refused.trigger(event)).toBe(event);
  expect(refused.written[0]?.record).toMatchObject({ outcome: "shadow", code: "MAP_GONE", emitted: [] });
});

test("in mode shadow a sign-in that the chained function fails is refused, and its record says so", async () => {
  const failure = new Refusal("SOURCE_UNAVAILABLE", "mode shadow: the chained function gave no answer");
  const left: number[] = [];
  const asItWas: AsItWas = async (_event, _chained, leftMs) => {
    left.push(leftMs);
    throw failure;
  };
  for (const role of ["nurse", "gone"]) {
    const { trigger, written } = watched(aHouse(plan, row(role)), { mode: "shadow", asItWas });
    await expect(trigger(anEvent())).rejects.toBe(failure);
    expect(written).toMatchObject([{ record: { outcome: "refused", mode: "shadow", code: "SOURCE_UNAVAILABLE" } }]);
  }
  expect(left.every((ms) => ms > 0 && ms < BUDGET_MS)).toBe(true);
  const late = watched(aHouse(plan, row("nurse"), { budgetMs: () => 0 }), { mode: "shadow", asItWas });
  await expect(late.trigger(anEvent())).rejects.toBe(failure);
  expect(left.at(-1)).toBe(0);
});
