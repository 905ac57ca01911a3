import type { Position } from "../../claims/claim-map.ts";
import type { Plan } from "../../claims/plan.ts";
import type { Difference } from "./differences.ts";
import { federationDifferences } from "./federation-differences.ts";
import { type FederationRun, runFederationCase } from "./federation-run.ts";
import type { ReadMapTest } from "./read-map-test.ts";
import { statedIn } from "./shown-value.ts";

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
