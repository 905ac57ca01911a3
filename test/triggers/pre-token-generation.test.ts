import { createSecretKey, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePatterns } from "../../claims/evaluate/pattern.ts";
import { compilePattern } from "../../claims/evaluate/re2-pattern.ts";
import type { LoadAttributes } from "../../claims/facts.ts";
import type { Plan } from "../../claims/plan.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { BUDGET_MS } from "../../triggers/deadline.ts";
import { customizeToken, type House } from "../../triggers/pre-token-generation.ts";
import { REFUSAL_TEXTS } from "../../triggers/refusal.ts";
import { staleRows } from "../../triggers/stale-rows.ts";
import { aClaim, aPlan, aProfile } from "../claims/a-plan.ts";

const event = JSON.parse(readFileSync("test/events/v3.hosted-auth.json", "utf8")) as TriggerEvent;
const CLIENT = event.callerContext.clientId;

const plan: Plan = aPlan({
  events: "V3",
  profiles: [
    aProfile({
      clients: [CLIENT],
      claims: [
        aClaim("role", { op: "ref", ref: ["staff", "role"] }, { effect: "grants", required: true }),
        aClaim("phone", { op: "ref", ref: ["staff", "phone"] }, { to: [], sealFor: ["care-api"] }),
      ],
      scopes: [{ add: ["care/read"], remove: [] }],
      envelopes: [{ resourceServer: "care-api", claims: ["phone"] }],
      reads: [{ staff: ["role", "phone"] }],
    }),
  ],
});

function house(changes: Partial<House> = {}): House {
  return {
    plan,
    pools: [],
    loadAttributes: async () => [
      {
        state: "found",
        row: new Map([
          ["role", "nurse"],
          ["phone", "+1555"],
        ]),
      },
    ],
    takeDataKey: async () => ({ key: createSecretKey(randomBytes(32)), wrapped: new Uint8Array(184) }),
    takePublicKey: () => Promise.reject(new Error("this plan seals with data keys")),
    encrypt: () => Promise.reject(new Error("this plan seals with data keys")),
    invokeFunction: null,
    staleRows: staleRows(),
    loadPseudonyms: async () => null,
    patterns: new Map(),
    now: Date.now,
    steady: () => performance.now(),
    budgetMs: () => BUDGET_MS,
    ...changes,
  };
}

test("an event comes back with its response, and otherwise as it was", async () => {
  const answer = await customizeToken(house())(event);
  expect({ ...answer, response: null }).toEqual({ ...event, response: null });
  expect(answer.response?.claimsAndScopeOverrideDetails).toMatchObject({
    accessTokenGeneration: {
      claimsToAddOrOverride: { role: "nurse", cmv: "demo@1", sealed_care_api: expect.stringMatching(/^1~/) },
      scopesToAdd: ["care/read"],
      scopesToSuppress: ["openid", "profile", "email", "phone", "aws.cognito.signin.user.admin"],
    },
    idTokenGeneration: { claimsToSuppress: expect.arrayContaining(["phone_number", "cognito:groups"]) },
  });
});

test("patterns and pseudonyms are at hand for expressions, and rows and pseudonyms are asked for at once", async () => {
  const order: string[] = [];
  const licence = { op: "pseudonym", of: { op: "ref", ref: ["staff", "phone"] }, attribute: "staff.phone" } as const;
  const isNurse = { op: "matches", of: { op: "ref", ref: ["staff", "role"] }, pattern: "^n" } as const;
  const needing = aProfile({
    clients: [CLIENT],
    claims: [aClaim("ref", licence), aClaim("is_nurse", isNurse)],
    reads: [{ staff: ["role", "phone"] }],
    needs: { tenant: false, partition: false, pseudonyms: true },
  });
  const slow = house();
  const trigger = customizeToken({
    ...slow,
    plan: { ...plan, profiles: [needing], patterns: ["^n"] },
    patterns: compilePatterns(["^n"], compilePattern),
    loadAttributes: async (...asked) => {
      order.push("rows asked");
      const results = await slow.loadAttributes(...asked);
      order.push("rows there");
      return results;
    },
    loadPseudonyms: async (poolId) => {
      order.push("pseudonyms asked");
      return (audience, attribute, value) => [poolId, ...Object.values(audience), attribute, value].join("|");
    },
  });
  const { response } = await trigger(event);
  expect(response?.claimsAndScopeOverrideDetails?.accessTokenGeneration?.claimsToAddOrOverride).toEqual({
    ref: `${event.userPoolId}|client|${CLIENT}|staff.phone|+1555`,
    is_nurse: true,
    cmv: "demo@1",
  });
  expect(order).toEqual(["rows asked", "pseudonyms asked", "rows there"]);
});

test("an event answered three times gives the same claims three times and changes nothing in between", async () => {
  const trigger = customizeToken(house());
  const answers = await Promise.all([trigger(event), trigger(event), trigger(event)]);
  const claims = answers.map(({ response }) => {
    const added = response?.claimsAndScopeOverrideDetails?.accessTokenGeneration?.claimsToAddOrOverride ?? {};
    return { ...added, sealed_care_api: "" };
  });
  expect(claims[1]).toEqual(claims[0]);
  expect(claims[2]).toEqual(claims[0]);
});

test("only what the profile needs is read, under the subject's own key", async () => {
  const asked: unknown[] = [];
  const loadAttributes: LoadAttributes = async (requests) => {
    asked.push(...requests);
    return requests.map(() => ({ state: "found", row: new Map([["role", "nurse"]]) }));
  };
  await customizeToken(house({ loadAttributes }))(event);
  expect(asked).toEqual([
    {
      kind: "row",
      source: "staff",
      table: "staff",
      region: undefined,
      key: { pk: `STAFF#${event.request.userAttributes?.["sub"]}` },
      attributes: ["role", "phone"],
      consistent: true,
    },
  ]);
});

test("keys of envelopes are asked for while the first rows are read", async () => {
  const order: string[] = [];
  const inOrder = house();
  let keyAsked = (): void => {};
  const asked = new Promise<void>((resolve) => {
    keyAsked = resolve;
  });
  await customizeToken({
    ...inOrder,
    loadAttributes: async (...request) => {
      order.push("rows are asked for");
      await asked;
      order.push("rows are there");
      return inOrder.loadAttributes(...request);
    },
    takeDataKey: async (...request) => {
      order.push("a key is asked for");
      keyAsked();
      return inOrder.takeDataKey(...request);
    },
  })(event);
  expect(order.toSorted()).toEqual(["a key is asked for", "rows are asked for", "rows are there"]);
  expect(order.at(-1)).toBe("rows are there");
});

test("a client that is to be left alone gets its event back, untouched and without a read", async () => {
  const loadAttributes: LoadAttributes = () => Promise.reject(new Error("no read was needed"));
  const untouched = { ...plan, profiles: [], unmatched: "untouched" as const };
  expect(await customizeToken(house({ plan: untouched, loadAttributes }))(event)).toBe(event);
});

test("a client under bare gets a token with everything taken out and nothing put in", async () => {
  const bare = { ...plan, profiles: [], unmatched: "bare" as const };
  const { response } = await customizeToken(house({ plan: bare }))(event);
  const { accessTokenGeneration, idTokenGeneration } = response?.claimsAndScopeOverrideDetails ?? {};
  expect(accessTokenGeneration?.claimsToAddOrOverride ?? {}).toEqual({});
  expect(accessTokenGeneration?.scopesToSuppress).toContain("openid");
  expect(idTokenGeneration?.claimsToSuppress).toContain("email");
});

test.for([
  ["another pool", { pools: ["eu-west-1_Another01"] }, "POOL_FOREIGN"],
  ["no time left", { budgetMs: () => 0 }, "DEADLINE"],
  ["a loader that throws", { loadAttributes: () => Promise.reject(new Error("nora@example.com")) }, "INTERNAL"],
  ["a loader that gives too little", { loadAttributes: async () => [] }, "SOURCE_UNAVAILABLE"],
] as const)("%s refuses with %s", async ([, changes, code]) => {
  await expect(customizeToken(house(changes))(event)).rejects.toMatchObject({ name: "Refusal", code });
});

test("whatever arrives and whatever fails, the answer is an event or a refusal with one of the fixed texts", async () => {
  const texts = new Set(Object.entries(REFUSAL_TEXTS).map(([code, text]) => `${text} (${code})`));
  const faults = fc.constantFrom<Partial<House>>(
    {},
    { loadAttributes: async () => [{ state: "failed" }] },
    { loadAttributes: async () => [{ state: "missing" }] },
    { takeDataKey: () => Promise.reject(new Error("canary")) },
    { loadAttributes: async () => [{ state: "found", row: new Map<string, unknown>([["role", { canary: 1n }]]) }] },
  );
  const noise = fc.anything({ withBigInt: true, withNullPrototype: true, withMap: true, withDate: true });
  const mangled = fc.tuple(fc.constantFrom("request", "callerContext", "userPoolId", "response", "userName"), noise);
  const events = fc.oneof(
    fc.constant(event as unknown),
    noise,
    mangled.map(([name, value]) => ({ ...event, [name]: value })),
    mangled.map(([, value]) => ({ ...event, request: { ...event.request, userAttributes: value } })),
  );
  await fc.assert(
    fc.asyncProperty(events, faults, async (given, fault) => {
      const outcome = await customizeToken(house(fault))(given).then(
        (answer) => (typeof answer === "object" ? "an event" : "something else"),
        (error: Error) => (texts.has(error.message) ? "a refusal" : `${error.name}: ${error.message}`),
      );
      expect(["an event", "a refusal"]).toContain(outcome);
    }),
    { numRuns: 1_000 },
  );
});
