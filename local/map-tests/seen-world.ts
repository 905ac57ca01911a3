import { ClaimsError } from "../../claims/claims-error.ts";
import type { World } from "../../claims/evaluate/evaluate.ts";
import { matchPatterns } from "../../claims/evaluate/match-patterns.ts";
import type { LoadAttributes, RowRequest, RowResult } from "../../claims/facts.ts";
import { gatherFacts } from "../../claims/gather/gather-facts.ts";
import type { PlanProfile } from "../../claims/plan.ts";
import type { Subject } from "../../cognito/subject.ts";
import { RESERVE_MS } from "../../triggers/limited-load.ts";
import type { House } from "../../triggers/pre-token-generation.ts";
import { pseudonymsFor } from "../../triggers/pseudonyms.ts";

/** A read as it was answered. */
export type Read = readonly [request: RowRequest, result: RowResult];

/** What the expressions of one event saw, gathered once more through the same ports. */
export type SeenWorld = {
  /** Null where gathering it refuses the token. */
  readonly world: World | null;
  readonly reads: readonly Read[];
};

export async function seenWorld(house: House, profile: PlanProfile, subject: Subject): Promise<SeenWorld> {
  const reads: Read[] = [];
  const loadAttributes: LoadAttributes = async (requests, signal) => {
    const results = await house.loadAttributes(requests, signal);
    reads.push(...requests.map((request, index): Read => [request, results[index] ?? { state: "failed" }]));
    return results;
  };
  return { world: await worldOf({ ...house, loadAttributes }, profile, subject), reads };
}

/**
 * What a tenant or a partition was worked out with that could not be: all that could be read without it. Sources whose
 * keys need it come in later waves than those it is chosen from.
 */
export async function worldBeforeChoice(house: House, profile: PlanProfile, subject: Subject): Promise<World | null> {
  const needs = { ...profile.needs, tenant: false, partition: false };
  for (let waves = profile.reads.length; waves >= 0; waves -= 1) {
    const world = await worldOf(house, { ...profile, needs, reads: profile.reads.slice(0, waves) }, subject);
    if (world) return world;
  }
  return null;
}

async function worldOf(
  { plan, patterns, now, budgetMs, loadAttributes, loadPseudonyms }: House,
  profile: PlanProfile,
  subject: Subject,
): Promise<World | null> {
  const matching = matchPatterns(patterns);
  const ending = new AbortController();
  // Not `AbortSignal.timeout`: a process that waits for nothing else would end before that.
  const timer = setTimeout(() => ending.abort(), budgetMs() - RESERVE_MS);
  const { signal } = ending;
  const tools = { ...matching, now: new Date(now()) };
  try {
    const look = await gatherFacts(plan, profile, subject, loadAttributes, tools, signal);
    const pseudonym = await pseudonymsFor(profile, subject, loadPseudonyms, signal);
    return { look, matches: matching.matches, pseudonym: pseudonym({ kind: "client", id: subject.clientId }) };
  } catch (error) {
    if (error instanceof ClaimsError) return null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
