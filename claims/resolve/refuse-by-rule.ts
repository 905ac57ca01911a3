import { ClaimsError } from "../claims-error.ts";
import { evaluate, type World } from "../evaluate/evaluate.ts";
import type { PlanProfile } from "../plan.ts";

/**
 * Refuses by the map's own rules, taken in its order: the first that is true, or that nobody can tell, decides.
 *
 * @throws {ClaimsError} `MAP_` and the rule's code.
 */
export function refuseByRule({ refuse }: PlanProfile, world: World): void {
  for (const { when, code } of refuse) {
    const outcome = evaluate(when, world);
    if (!outcome.known) throw new ClaimsError(`MAP_${code}`, `refuse "${code}": its condition is unknown`);
    if (outcome.value === true) throw new ClaimsError(`MAP_${code}`, `refuse "${code}": its condition is true`);
  }
}
