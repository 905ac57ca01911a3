import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { LoadAttributes, RowRead, RowResult } from "../../claims/facts.ts";
import type { Plan, PlanSource } from "../../claims/plan.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { BUDGET_MS } from "../../triggers/deadline.ts";
import { customizeToken } from "../../triggers/pre-token-generation.ts";
import { Refusal } from "../../triggers/refusal.ts";
import { staleRows } from "../../triggers/stale-rows.ts";
import { randomFrom } from "../canary/random.ts";
import { aClaim, aPlan, aProfile } from "../claims/a-plan.ts";
import { aClock } from "./a-clock.ts";

const sent = JSON.parse(readFileSync("test/events/v3.hosted-auth.json", "utf8")) as TriggerEvent;

/** How long a row may stand in, in milliseconds: as long as the check allows for what grants. */
const STALE_MS = 60_000;
const REVOCATIONS = 10_000;

const plan: Plan = aPlan({
  events: "V3",
  resourceServers: {},
  sources: {
    staff: { ...(aPlan().sources["staff"] as PlanSource), onMissing: "empty", onError: { stale: STALE_MS / 1000 } },
  },
  profiles: [
    aProfile({
      clients: [sent.callerContext.clientId],
      claims: [aClaim("role", { op: "ref", ref: ["staff", "role"] }, { effect: "grants" })],
    }),
  ],
});

const TRIGGERS = [
  "TokenGeneration_Authentication",
  "TokenGeneration_HostedAuth",
  "TokenGeneration_RefreshTokens",
  "TokenGeneration_NewPasswordChallenge",
  "TokenGeneration_NotKnownYet",
] as const;

/** What a row says once the right is gone. */
const GONE: readonly RowResult[] = [
  { state: "missing" },
  { state: "found", row: new Map() },
  { state: "found", row: new Map([["role", "guest"]]) },
];
const GRANTED: RowResult = { state: "found", row: new Map([["role", "admin"]]) };

type SignIn = { readonly person: number; readonly at: number };

/** A right that is taken away somewhere in three hours, and sign-ins before and after. */
function drawTimes() {
  const random = randomFrom(20_261_122);
  const revokedAt = Array.from({ length: REVOCATIONS }, () => 200_000 + random.int(10_800_000));
  const signIns = revokedAt.flatMap((revoked, person): readonly SignIn[] => [
    { person, at: revoked - random.int(40_000) },
    { person, at: revoked + random.int(80_000) },
    { person, at: revoked + random.int(80_000) },
  ]);
  return { random, revokedAt, signIns: signIns.toSorted((one, other) => one.at - other.at) };
}

test("a right is gone after the life of an access token plus `stale`, whatever fails, and whatever the trigger source", async () => {
  const { random, revokedAt, signIns } = drawTimes();
  const clock = aClock();
  let isDown = false;
  const loadAttributes: LoadAttributes = async (requests) => {
    const now = clock.true();
    clock.pass(random.int(200));
    return requests.map((request): RowResult => {
      if (isDown || random.chance(0.2)) return { state: "failed" };
      const person = Number((request as RowRead).key["pk"]?.slice(-12));
      return now < (revokedAt[person] ?? 0) ? GRANTED : (GONE[person % GONE.length] as RowResult);
    });
  };
  const customize = customizeToken({
    plan,
    pools: [],
    loadAttributes,
    takeDataKey: () => Promise.reject(new Error("nothing is sealed")),
    takePublicKey: () => Promise.reject(new Error("nothing is sealed")),
    encrypt: () => Promise.reject(new Error("nothing is sealed")),
    invokeFunction: null,
    staleRows: staleRows(clock.now),
    loadPseudonyms: async () => null,
    patterns: new Map(),
    now: clock.true,
    steady: () => 0,
    budgetMs: () => BUDGET_MS,
  });

  const refusals: string[] = [];
  const late: number[] = [];
  for (const { person, at } of signIns) {
    const wait = Math.max(0, at - clock.true());
    if (random.chance(0.2)) clock.freeze(wait);
    else clock.pass(wait);
    if (random.chance(0.01)) clock.setBack(random.int(7_200_000));
    if (random.chance(0.02)) isDown = !isDown;
    const sub = `5f0c1e9a-1111-4222-8333-${String(person).padStart(12, "0")}`;
    const event = {
      ...sent,
      triggerSource: random.pick(TRIGGERS),
      userName: sub,
      request: { ...sent.request, userAttributes: { sub } },
    };
    const answer = await customize(event).catch((error: unknown) => error);
    if (answer instanceof Refusal) {
      refusals.push(answer.code);
      continue;
    }
    const { response } = answer as TriggerEvent;
    const claims = response?.claimsAndScopeOverrideDetails?.accessTokenGeneration?.claimsToAddOrOverride;
    if (claims?.["role"] === "admin") late.push(clock.true() - (revokedAt[person] ?? 0));
  }

  const afterwards = late.filter((ms) => ms > 200).toSorted((one, other) => one - other);
  expect(late.filter((ms) => ms > STALE_MS)).toEqual([]);
  // That there was something to see: rights that stood in after they were gone, nearly as long as they may.
  expect(afterwards.length).toBeGreaterThan(1_000);
  expect(afterwards.at(-1)).toBeGreaterThan(0.95 * STALE_MS);
  expect(refusals.length).toBeGreaterThan(1_000);
  expect(new Set(refusals)).toEqual(new Set(["SOURCE_UNAVAILABLE"]));
});
