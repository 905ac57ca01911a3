import { admit } from "../../claims/admit.ts";
import type { Plan, PlanProfile } from "../../claims/plan.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import type { Issue } from "../issue-in-memory.ts";
import { planSites, sitesOf } from "./coverage-items.ts";
import { markOf, missedMark } from "./coverage-mark.ts";
import { follow, type Mark, markRead } from "./follow-site.ts";
import { markRefusal } from "./refusal-marks.ts";
import type { CaseRun } from "./run-case.ts";
import { type SeenWorld, seenWorld } from "./seen-world.ts";

type Issued = Extract<Issue, { readonly refused: null }>;

/**
 * What a run shows of its map. Facts are gathered once more, through the same ports, and each expression that had a
 * part in how the sign-in ended is followed: of a refused one that is what refused it, and nothing behind it.
 */
export async function marksOf({ event, profile: name, issue, house }: CaseRun): Promise<ReadonlySet<string>> {
  const { plan } = house;
  const marks = new Set<string>();
  const mark: Mark = (each) => marks.add(each);
  const code = issue.refused?.code;
  if (name === null) {
    if (code === undefined || code === "PROFILE_NONE") mark(markOf(["unmatched"], plan.unmatched));
    return marks;
  }
  // It waited for what never came: nothing of it is known, and nothing would come the second time.
  if (code === "DEADLINE") return marks;
  const subject = readSubject(event);
  const admission = admit(plan, subject);
  if (admission.kind !== "governed") return marks;
  const { profile } = admission;
  const seen = await seenWorld(house, profile, subject);
  if (issue.refused === null) markIssue(plan, profile, issue, seen, mark);
  else await markRefusal(house, profile, subject, issue.refused.code, seen, mark);
  return marks;
}

function markIssue(plan: Plan, profile: PlanProfile, issue: Issued, { world, reads }: SeenWorld, mark: Mark): void {
  const at = ["profiles", profile.name];
  mark(markOf(at));
  for (const name of shownClaims(profile, issue)) mark(markOf([...at, "claims", name]));
  for (const [index, { when }] of profile.scopes.entries()) {
    if (!when) mark(markOf([...at, "scopes", String(index)], true));
  }
  for (const read of reads) markRead(profile, read, mark);
  if (world === null) return;
  const unseen = unseenClaims(profile, issue);
  for (const site of sitesOf(profile)) {
    const [, , part, claim = ""] = site.path;
    if (part === "claims" && unseen.includes(claim)) continue;
    const { missed } = follow(site, world, mark);
    if (part === "claims") for (const each of missed) mark(missedMark(profile.name, claim, each));
  }
  if (profile.needs.tenant && world.look(["tenant", "id"]).state === "present") mark(markOf(["tenant"], "granted"));
  for (const site of planSites(plan, profile, world)) {
    const { outcome } = follow(site, world, mark);
    const isPartition = site.path[0] === "partition" && outcome.known && typeof outcome.value === "string";
    if (isPartition) mark(markOf(["partition", String(outcome.value)], true));
  }
}

/** Claims that no token of this sign-in has a place for: there is no ID token, or no envelope. */
function unseenClaims({ claims }: PlanProfile, { idToken, opened }: Issued): readonly string[] {
  return claims
    .filter(
      ({ to, sealFor }) =>
        !to.includes("access") &&
        !(to.includes("id") && idToken !== null) &&
        !sealFor.some((server) => Object.hasOwn(opened, server)),
    )
    .map(({ name }) => name);
}

/** Claims that somebody can read: in the clear, or out of an envelope. */
function shownClaims({ claims }: PlanProfile, { accessToken, idToken, opened }: Issued): readonly string[] {
  const isThere = (record: { readonly [name: string]: unknown } | null | undefined, name: string): boolean =>
    record !== null && record !== undefined && Object.hasOwn(record, name) && record[name] !== null;
  return claims
    .filter(
      ({ name, to, sealFor }) =>
        (to.includes("access") && isThere(accessToken, name)) ||
        (to.includes("id") && isThere(idToken, name)) ||
        sealFor.some((server) => isThere(opened[server], name)),
    )
    .map(({ name }) => name);
}
