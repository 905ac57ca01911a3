import { ClaimsError } from "../../claims/claims-error.ts";
import { evaluate, type World } from "../../claims/evaluate/evaluate.ts";
import { rowOutcome } from "../../claims/gather/row-outcome.ts";
import type { PlanProfile } from "../../claims/plan.ts";
import { resolveEach } from "../../claims/resolve/resolve-claim.ts";
import type { Subject } from "../../cognito/subject.ts";
import type { House } from "../../triggers/pre-token-generation.ts";
import { planSites, sitesOf } from "./coverage-items.ts";
import { markOf, missedMark } from "./coverage-mark.ts";
import { follow, type Mark, markRead, type Site } from "./follow-site.ts";
import { type Read, type SeenWorld, worldBeforeChoice } from "./seen-world.ts";

/** What a refused sign-in shows: what refused it. A value that it missed is missed for every claim. */
export async function markRefusal(
  house: House,
  profile: PlanProfile,
  subject: Subject,
  code: string,
  { world, reads }: SeenWorld,
  mark: Mark,
): Promise<void> {
  const { plan } = house;
  const ended = (by: World, sites: readonly Site[]): void => {
    for (const site of sites) {
      for (const each of follow(site, by, mark).missed) mark(missedMark(profile.name, null, each));
    }
  };
  if (code === "SOURCE_MISSING" || code === "SOURCE_UNAVAILABLE") {
    const read = reads.find((each) => refuses(house, each));
    if (read) markRead(profile, read, mark);
    return;
  }
  for (const read of reads) markRead(profile, read, mark);
  if (code === "TENANT_REFUSED" || code === "PARTITION_UNKNOWN") {
    const root = code === "TENANT_REFUSED" ? "tenant" : "partition";
    mark(root === "tenant" ? markOf(["tenant"], "refused") : markOf(["partition", "by"], "unknown"));
    const before = await worldBeforeChoice(house, profile, subject);
    if (before)
      ended(
        before,
        planSites(plan, profile, before).filter(({ path }) => path[0] === root),
      );
  } else if (world) {
    ended(world, endingSites(profile, code, world, mark));
  }
}

/** The expressions of a profile that refuse with this code. */
function endingSites(profile: PlanProfile, code: string, world: World, mark: Mark): readonly Site[] {
  const under = (...steps: string[]): readonly Site[] =>
    sitesOf(profile).filter(({ path }) => steps.every((step, index) => path[index + 2] === step));
  if (code.startsWith("MAP_")) {
    // The first that is true, or that nobody can tell, refuses; those before it were false.
    const index = profile.refuse.findIndex(({ when }) => {
      const outcome = evaluate(when, world);
      return !outcome.known || outcome.value === true;
    });
    mark(markOf(["profiles", profile.name, "refuse", String(index), "when"], true));
    return Array.from({ length: index + 1 }, (_, at) => under("refuse", String(at))).flat();
  }
  if (code === "CLAIM_REQUIRED" || code === "CLAIM_RESTRICTS_UNKNOWN") {
    const claim = profile.claims.find((each) => throws(() => resolveEach([each], world)));
    return claim ? under("claims", claim.name) : [];
  }
  return code === "SCOPES_EMPTY" ? under("scopes") : [];
}

function refuses({ plan }: House, [{ source }, result]: Read): boolean {
  const declared = plan.sources[source];
  return declared !== undefined && throws(() => rowOutcome(source, declared, result));
}

function throws(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    if (error instanceof ClaimsError) return true;
    throw error;
  }
}
