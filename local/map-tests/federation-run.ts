import { planDigest } from "../../claims/digest.ts";
import { compilePattern } from "../../claims/evaluate/re2-pattern.ts";
import type { Plan } from "../../claims/plan.ts";
import { createFederationTrigger } from "../../triggers/inbound-federation.ts";
import { Refusal } from "../../triggers/refusal.ts";

/** How one person from a provider fared. */
export type FederationRun = {
  readonly plan: Plan;
  readonly event: unknown;
  readonly outcome:
    | { readonly refused: null; readonly kept: { readonly [attribute: string]: string } }
    | { readonly refused: { readonly code: string; readonly detail: string }; readonly kept: null };
};

/** Hands one event to the trigger, at an instant in milliseconds since 1970. */
export async function runFederationCase(plan: Plan, event: unknown, now: number): Promise<FederationRun> {
  const trigger = createFederationTrigger({
    plan,
    sha256: planDigest(plan),
    compilePattern,
    environment: {},
    writeLine: async () => {},
    now: () => now,
  });
  try {
    const { response } = await trigger(event);
    return { plan, event, outcome: { refused: null, kept: response?.userAttributesToMap ?? {} } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { plan, event, outcome: { refused: { code: error.code, detail: error.detail }, kept: null } };
  }
}
