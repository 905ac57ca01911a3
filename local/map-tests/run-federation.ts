import type { Position } from "../../claims/claim-map.ts";
import { planDigest } from "../../claims/digest.ts";
import { compilePattern } from "../../claims/evaluate/re2-pattern.ts";
import type { Plan } from "../../claims/plan.ts";
import { createFederationTrigger } from "../../triggers/inbound-federation.ts";
import { Refusal } from "../../triggers/refusal.ts";
import type { Difference } from "./differences.ts";
import { federationDifferences } from "./federation-differences.ts";
import type { ReadMapTest } from "./read-map-test.ts";
import { statedIn } from "./shown-value.ts";

/** How one person from a provider fared. */
export type FederationRun = {
  readonly plan: Plan;
  readonly event: unknown;
  readonly outcome:
    | { readonly refused: null; readonly kept: { readonly [attribute: string]: string } }
    | { readonly refused: { readonly code: string; readonly detail: string }; readonly kept: null };
};

/** How one federation case went. */
export type FederationResult = {
  readonly name: string;
  /** Where it stands in its file. */
  readonly place: Position;
  readonly differences: readonly Difference[];
  readonly run: FederationRun;
};

/** Runs the federation cases of a file that `wanted` lets through, in the trigger's own code. */
export async function* runFederationTest(
  plan: Plan,
  events: readonly unknown[],
  { test, at }: ReadMapTest,
  wanted: (name: string) => boolean = () => true,
): AsyncGenerator<FederationResult> {
  const stated = statedIn(test);
  for (const [index, { name, expect }] of test.federation.entries()) {
    if (!wanted(name)) continue;
    const run = await runFederationCase(plan, events[index], Date.parse(test.clock));
    const place = at(["federation", String(index)]);
    yield { name, place, differences: federationDifferences(expect, run, stated), run };
  }
}

async function runFederationCase(plan: Plan, event: unknown, now: number): Promise<FederationRun> {
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
