import { createSecretKey, randomBytes } from "node:crypto";
import type { RowResult } from "../../claims/facts.ts";
import type { Plan } from "../../claims/plan.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { BUDGET_MS } from "../../triggers/deadline.ts";
import type { House } from "../../triggers/pre-token-generation.ts";
import { staleRows } from "../../triggers/stale-rows.ts";

export const SUB = "5f0c1e9a-1111-4222-8333-0a1b2c3d4e5f";

/** A person's sign-in through the client `web`. */
export function anEvent(changes: Partial<TriggerEvent["request"]> = {}): TriggerEvent {
  return {
    version: "2",
    triggerSource: "TokenGeneration_HostedAuth",
    region: "eu-central-1",
    userPoolId: "eu-central-1_Example01",
    userName: SUB,
    callerContext: { awsSdkVersion: "aws-sdk", clientId: "web" },
    request: {
      userAttributes: { sub: SUB, "cognito:user_status": "CONFIRMED", email: "nora@example.com" },
      groupConfiguration: { groupsToOverride: ["staff"], iamRolesToOverride: [], preferredRole: null },
      scopes: ["openid", "email", "care/read"],
      ...changes,
    },
    response: { claimsAndScopeOverrideDetails: null },
  };
}

/** A house whose every source has this row, and whose keys are made on the spot. */
export function aHouse(plan: Plan, row: RowResult, changes: Partial<House> = {}): House {
  return {
    plan,
    pools: [],
    loadAttributes: async (requests) => requests.map(() => row),
    invokeFunction: null,
    staleRows: staleRows(),
    takeDataKey: async () => ({ key: createSecretKey(randomBytes(32)), wrapped: new Uint8Array(184), ageMs: 61_000 }),
    takePublicKey: () => Promise.reject(new Error("this plan seals with data keys")),
    encrypt: () => Promise.reject(new Error("this plan seals with data keys")),
    loadPseudonyms: async () => null,
    patterns: new Map(),
    now: Date.now,
    steady: () => performance.now(),
    budgetMs: () => BUDGET_MS,
    ...changes,
  };
}
