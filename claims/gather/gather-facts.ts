import type { Subject } from "../../cognito/subject.ts";
import { type Look, worldOf } from "../evaluate/evaluate.ts";
import type { LoadAttributes, RowResult } from "../facts.ts";
import type { Plan, PlanProfile, PlanSource } from "../plan.ts";
import { type FactTools, type GatheredRows, lookAt } from "./look-at.ts";
import { choosePartition } from "./partition.ts";
import { rowOutcome } from "./row-outcome.ts";
import { rowRequest, type SourceUse } from "./row-request.ts";

/**
 * Finds everything a profile may read of one subject: reads its sources wave after wave, each wave at once, then works
 * out the tenant and the partition where the profile needs them. Every fact is held against its declaration.
 *
 * @throws {ClaimsError} `SOURCE_MISSING`, `SOURCE_UNAVAILABLE` and `SOURCE_INVALID` for a source that the map denies
 * without, `TENANT_REFUSED`, `PARTITION_UNKNOWN`.
 */
export async function gatherFacts(
  plan: Plan,
  profile: PlanProfile,
  subject: Subject,
  load: LoadAttributes,
  tools: FactTools,
  signal: AbortSignal,
): Promise<Look> {
  const gathered = new Map<string, GatheredRows>();
  const look = lookAt(plan, subject, gathered, tools);
  for (const wave of profile.reads) {
    const uses = Object.entries(wave).map(([source, attributes]) => ({
      source,
      declared: plan.sources[source] as PlanSource,
      attributes,
    }));
    const results = await readWave(plan, subject, look, uses, load, signal);
    for (const [index, { source, declared, attributes }] of uses.entries()) {
      gathered.set(source, { attributes, outcome: rowOutcome(source, declared, results[index]) });
    }
  }
  // Both can refuse the token, and do so even where no expression would get as far as reading them.
  if (profile.needs.partition && plan.partition) {
    choosePartition(plan.partition, { ...worldOf(look), matches: tools.matches });
  }
  if (profile.needs.tenant) look(["tenant", "id"]);
  return look;
}

/** The results of one wave in its order; `undefined` for a read whose key cannot be built. */
async function readWave(
  plan: Plan,
  subject: Subject,
  look: Look,
  uses: readonly SourceUse[],
  load: LoadAttributes,
  signal: AbortSignal,
): Promise<readonly (RowResult | undefined)[]> {
  const requests = uses.map((use) => rowRequest(plan, subject, look, use));
  const asked = requests.filter((request) => request !== undefined);
  const results = asked.length > 0 ? await load(asked, signal) : [];
  return requests.map((request) => {
    if (request === undefined) return undefined;
    return results[asked.indexOf(request)] ?? { state: "failed" };
  });
}
