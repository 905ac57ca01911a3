import { admit } from "../../claims/admit.ts";
import type { MapPath } from "../../claims/claim-map.ts";
import { ClaimsError } from "../../claims/claims-error.ts";
import { evaluate, type World } from "../../claims/evaluate.ts";
import type { LoadAttributes, RowRequest, RowResult } from "../../claims/facts.ts";
import { gatherFacts } from "../../claims/gather-facts.ts";
import { matchPatterns } from "../../claims/match-patterns.ts";
import type { Plan, PlanProfile, PlanSource } from "../../claims/plan.ts";
import { referencesOf } from "../../claims/reports/references.ts";
import { resolveEach } from "../../claims/resolve-claim.ts";
import { rowOutcome } from "../../claims/row-outcome.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import type { Subject } from "../../cognito/subject.ts";
import { pseudonymsFor } from "../../triggers/pseudonyms.ts";
import type { Issue } from "../issue-in-memory.ts";
import { planSites, type Site, sitesOf } from "./coverage-items.ts";
import { markOf, missedMark } from "./coverage-mark.ts";
import { traceExpression } from "./expression-trace.ts";
import type { CaseRun } from "./run-case.ts";

/** Where marks are left. */
type Mark = (mark: string) => void;

/** The reads of one event, as they were answered. */
type Reads = readonly (readonly [request: RowRequest, result: RowResult])[];

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
  const reads: (readonly [RowRequest, RowResult])[] = [];
  const world = await worldOf(house, profile, subject, recorded(house.loadAttributes, reads));
  if (issue.refused === null) ofIssued(plan, profile, issue, reads, world, mark);
  else ofRefused(plan, profile, issue.refused.code, reads, world, mark);
  return marks;
}

/** What the event's expressions saw; null where gathering it refused the token, or did not end. */
async function worldOf(
  { plan, patterns, now, budgetMs, loadPseudonyms }: CaseRun["house"],
  profile: PlanProfile,
  subject: Subject,
  load: LoadAttributes,
): Promise<World | null> {
  const matching = matchPatterns(patterns);
  const signal = AbortSignal.timeout(budgetMs());
  try {
    const look = await gatherFacts(plan, profile, subject, load, { ...matching, now: new Date(now()) }, signal);
    const pseudonym = await pseudonymsFor(profile, subject, loadPseudonyms, signal);
    return { look, matches: matching.matches, pseudonym: pseudonym({ kind: "client", id: subject.clientId }) };
  } catch (error) {
    if (error instanceof ClaimsError) return null;
    throw error;
  }
}

function recorded(load: LoadAttributes, reads: (readonly [RowRequest, RowResult])[]): LoadAttributes {
  return async (requests, signal) => {
    const results = await load(requests, signal);
    reads.push(...requests.map((request, index) => [request, results[index] ?? { state: "failed" }] as const));
    return results;
  };
}

function ofIssued(
  plan: Plan,
  profile: PlanProfile,
  issue: Extract<Issue, { readonly refused: null }>,
  reads: Reads,
  world: World | null,
  mark: Mark,
): void {
  const at = ["profiles", profile.name];
  mark(markOf(at));
  for (const name of shownClaims(profile, issue)) mark(markOf([...at, "claims", name]));
  profile.scopes.forEach(({ when }, index) => {
    if (!when) mark(markOf([...at, "scopes", String(index)], true));
  });
  for (const read of reads) markRead(profile, read, mark);
  if (world === null) return;
  const unseen = unseenClaims(profile, issue);
  for (const site of sitesOf(profile)) {
    const [, , part, claim = ""] = site.path;
    if (part === "claims" && unseen.includes(claim)) continue;
    const missed = follow(site, world, mark);
    if (part === "claims") for (const each of missed) mark(missedMark(profile.name, claim, each));
  }
  if (plan.tenant && profile.needs.tenant) {
    if (world.look(["tenant", "id"]).state === "present") mark(markOf(["tenant"], "granted"));
  }
  const chosen = plan.partition && profile.needs.partition ? evaluate(plan.partition.by, world) : undefined;
  if (chosen?.known && typeof chosen.value === "string") mark(markOf(["partition", chosen.value], true));
  for (const site of planSites(plan)) if (isNeeded(profile, site)) follow(site, world, mark);
}

/** Claims that no token of this sign-in has a place for: there is no ID token, or no envelope. */
function unseenClaims(
  { claims }: PlanProfile,
  { idToken, opened }: Extract<Issue, { readonly refused: null }>,
): readonly string[] {
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
function shownClaims(
  { claims }: PlanProfile,
  { accessToken, idToken, opened }: Extract<Issue, { readonly refused: null }>,
): readonly string[] {
  const isThere = (record: object | null, name: string): boolean =>
    record !== null && Object.hasOwn(record, name) && (record as { readonly [name: string]: unknown })[name] !== null;
  return claims
    .filter(
      ({ name, to, sealFor }) =>
        (to.includes("access") && isThere(accessToken, name)) ||
        (to.includes("id") && isThere(idToken, name)) ||
        sealFor.some((server) => isThere(opened[server] ?? null, name)),
    )
    .map(({ name }) => name);
}

/** What a plan has beside its profiles that can refuse, by the code it refuses with. */
const DECIDES: { readonly [code: string]: string } = { TENANT_REFUSED: "tenant", PARTITION_UNKNOWN: "partition" };

function ofRefused(
  plan: Plan,
  profile: PlanProfile,
  code: string,
  reads: Reads,
  world: World | null,
  mark: Mark,
): void {
  // A row that is not there ends a sign-in where what it would have held decides.
  const deciding = ({ expr }: Site): void => {
    const sources = referencesOf(expr).map(([root]) => root);
    for (const read of reads) if (sources.includes(read[0].source)) markRead(profile, read, mark);
  };
  if (code === "TENANT_REFUSED") mark(markOf(["tenant"], "refused"));
  if (code === "PARTITION_UNKNOWN") mark(markOf(["partition", "by"], "unknown"));
  for (const site of planSites(plan)) if (site.path[0] === DECIDES[code]) deciding(site);
  if (code === "SOURCE_MISSING" || code === "SOURCE_UNAVAILABLE") {
    const read = reads.find(([{ source }, result]) => refuses(source, plan.sources[source], result));
    if (read) markRead(profile, read, mark);
  }
  if (world === null) return;
  // What ends a sign-in ends it for every claim.
  const ending = (site: Site): void => {
    for (const each of follow(site, world, mark)) mark(missedMark(profile.name, null, each));
    deciding(site);
  };
  const sites = sitesOf(profile);
  const under = (...steps: string[]): readonly Site[] =>
    sites.filter(({ path }) => steps.every((step, index) => path[index + 2] === step));
  if (code.startsWith("MAP_")) {
    // The first that is true, or that nobody can tell, refuses; those before it were false.
    for (const [index, { when }] of profile.refuse.entries()) {
      under("refuse", String(index)).forEach(ending);
      const outcome = evaluate(when, world);
      if (outcome.known && outcome.value !== true) continue;
      mark(markOf(["profiles", profile.name, "refuse", String(index), "when"], true));
      return;
    }
  }
  if (code === "CLAIM_REQUIRED" || code === "CLAIM_RESTRICTS_UNKNOWN") {
    const claim = profile.claims.find((each) => throws(() => resolveEach([each], world)));
    if (claim) under("claims", claim.name).forEach(ending);
  }
  if (code === "SCOPES_EMPTY") under("scopes").forEach(ending);
}

function markRead({ name }: PlanProfile, [{ source }, result]: Reads[number], mark: Mark): void {
  const isMissing = result.state === "missing" || (result.state === "rows" && result.rows.length === 0);
  if (isMissing) mark(markOf(["profiles", name, "sources", source], "missing"));
  if (result.state === "failed") mark(markOf(["profiles", name, "sources", source], "failed"));
}

/** Follows one expression and gives back the values it missed. */
function follow({ path, expr }: Site, world: World, mark: Mark): ReadonlySet<string> {
  const { decided, missed } = traceExpression(expr, world);
  const outcome = evaluate(expr, world);
  if (isRule(path) && outcome.known && typeof outcome.value === "boolean") mark(markOf(path, outcome.value));
  for (const { path: inner, outcome: how } of decided) mark(markOf([...path, inner], how));
  return missed;
}

/** Conditions of claims, scopes and refusals count as rules, beside what they turn on. */
function isRule(path: MapPath): boolean {
  return path.at(-1) === "when";
}

function isNeeded({ needs }: PlanProfile, { path: [root] }: Site): boolean {
  return root === "tenant" ? needs.tenant : needs.partition;
}

function refuses(source: string, declared: PlanSource | undefined, result: RowResult): boolean {
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
