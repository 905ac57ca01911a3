import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { vi } from "vitest";
import { checkClaimMap } from "../../claims/check.ts";
import { planDigest } from "../../claims/digest.ts";
import type { Plan } from "../../claims/plan.ts";
import { simulateTokens, type TokenClaims } from "../../cognito/simulator.ts";
import { discloseClaims } from "../../experimental/disclose-claims.ts";
import { createTrigger, type Trigger, type TriggerEvent } from "../../triggers/trigger.ts";

const { plan: compiled } = checkClaimMap(readFileSync("test/experimental/disclosing.claims.yaml", "utf8"), {
  strict: true,
});
if (compiled === null) throw new Error("the map of these tests is sound");
export const plan: Plan = compiled;

export const CLAIMS: readonly string[] = ["employer", "birthdate", "ward"];
export const SUB = "5f0c1e9a-1111-4222-8333-0a1b2c3d4e5f";

/** How old a test's process is on a busy machine is no start of a function. */
export function startedLongAgo<T>(start: () => T): T {
  const age = performance.now.bind(performance);
  const old = vi.spyOn(performance, "now").mockImplementation(() => age() + 60_000);
  try {
    return start();
  } finally {
    old.mockRestore();
  }
}

/** The trigger of this plan as a function deploys it. */
export const trigger = (of: Plan = plan, environment: { readonly [name: string]: string } = {}): Trigger =>
  startedLongAgo(() => createTrigger({ plan: of, sha256: planDigest(of), environment, writeLine: async () => {} }));

/** The same, and its people hold some of their claims. */
export const disclosingTrigger = (of: Plan = plan, claims: readonly string[] = CLAIMS): Trigger =>
  discloseClaims(trigger(of), { plan: of, claims, experimental: { selectiveDisclosure: true } });

/** A sign-in of somebody with these attributes. */
export function signIn(
  attributes: { readonly [name: string]: string },
  change: Partial<TriggerEvent> = {},
): TriggerEvent {
  return {
    version: "3",
    triggerSource: "TokenGeneration_HostedAuth",
    region: "eu-west-1",
    userPoolId: "eu-west-1_EmBeDdEd1",
    userName: SUB,
    callerContext: { clientId: "web0client0id" },
    request: {
      userAttributes: { sub: SUB, email: "anna@example.org", ...attributes },
      groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
      scopes: ["openid", "care/read"],
    },
    response: { claimsAndScopeOverrideDetails: null },
    ...change,
  };
}

/** The tokens Cognito makes of an answer, and what it would not apply of it. */
export async function tokensOf(
  of: Trigger,
  event: TriggerEvent,
): Promise<{ readonly id: TokenClaims; readonly access: TokenClaims; readonly dropped: readonly unknown[] }> {
  const simulated = simulateTokens({ poolVersion: "V3", event, response: await of(event) });
  if (simulated.refused !== null) throw new Error(simulated.refused.message);
  return { id: simulated.idToken ?? {}, access: simulated.accessToken, dropped: simulated.dropped };
}
