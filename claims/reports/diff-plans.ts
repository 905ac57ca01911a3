import type { Approval, Expr, Plan, PlanResourceServer, PlanSeal } from "../plan.ts";
import { diffFederation } from "./diff-federation.ts";
import { diffProfiles } from "./diff-profiles.ts";
import { diffSources } from "./diff-sources.ts";
import {
  byRank,
  bySameness,
  code,
  type Difference,
  type Direction,
  difference,
  namesOf,
  newAndGone,
  own,
  SIGN_IN,
  SIGNATURES,
  VALUES,
} from "./difference.ts";

export type { Difference, DifferenceKind } from "./difference.ts";

/**
 * Everything in which two plans differ, by what it means to readers: who can read what now and could not before, and the
 * other way round. Whatever cannot be shown to give no more counts as `widen`. Names, revisions and the order of things
 * are no difference.
 */
export function diffPlans(old: Plan, now: Plan): readonly Difference[] {
  return [
    ...diffProfiles(old, now),
    ...namesOf(old.resourceServers, now.resourceServers).flatMap((name) =>
      diffServer(name, own(old.resourceServers, name), own(now.resourceServers, name)),
    ),
    ...diffPool(old, now),
    ...diffTenant(old.tenant, now.tenant),
    ...diffPartition(old.partition, now.partition),
    ...diffFederation(old, now),
    ...diffSources(old, now),
    ...diffLimits(old, now),
    ...diffApprovals(old.approvals, now.approvals),
  ];
}

/** Whether anybody gets more, or may. */
export function widens(differences: readonly Difference[]): boolean {
  return differences.some(({ kind }) => kind === "widen");
}

function diffServer(
  name: string,
  old: PlanResourceServer | undefined,
  now: PlanResourceServer | undefined,
): readonly Difference[] {
  const path = ["resourceServers", name];
  const readers = newAndGone(old?.readers ?? [], now?.readers ?? []);
  const roles = [
    ...readers.added.flatMap((role) =>
      difference("widen", [name], [...path, "readers"], `${code(role)} can now open what is sealed for ${name}`),
    ),
    ...readers.gone.flatMap((role) =>
      difference("narrow", [name], [...path, "readers"], `${code(role)} can no longer open what is sealed for ${name}`),
    ),
  ];
  if (!old || !now) return roles;
  return [
    ...roles,
    ...difference(
      bySameness(old.identifier, now.identifier),
      [name],
      [...path, "identifier"],
      `${name} is now ${code(now.identifier)} in the user pool; it was ${code(old.identifier)}`,
    ),
    ...difference(
      bySameness([old.seal?.key ?? null, old.seal?.region ?? null], [now.seal?.key ?? null, now.seal?.region ?? null]),
      [name],
      [...path, "seal"],
      `what ${name} reads is now sealed under another key, or in another region`,
    ),
    ...difference(
      bySameness(howSealed(old.seal), howSealed(now.seal)),
      [name],
      [...path, "seal"],
      `what ${name} reads is now sealed in another way: its readers must change \`mode\` or \`bindClient\` too`,
    ),
  ];
}

/** What a reader must know beside the key; bounds of data keys and who pins a public key are the issuer's own. */
function howSealed(seal: PlanSeal | undefined): unknown {
  return seal ? [seal.mode, seal.bindClient ?? false] : null;
}

function diffPool(old: Plan, now: Plan): readonly Difference[] {
  const found = (direction: Direction, path: readonly string[], sentence: string): readonly Difference[] =>
    difference(direction, [SIGN_IN], path, sentence);
  return [
    ...found(
      byRank(["deny", "bare", "untouched"], old.unmatched, now.unmatched),
      ["unmatched"],
      `app clients without a profile now get ${UNMATCHED[now.unmatched]}; it was ${UNMATCHED[old.unmatched]}`,
    ),
    ...found(
      byRank(["opaque", "any"], old.usernames, now.usernames),
      ["pool", "usernames"],
      now.usernames === "any"
        ? "tokens are now issued with usernames of any kind in the clear, personal ones too"
        : "usernames that may be personal now refuse the token",
    ),
    ...found(
      bySameness(old.events, now.events),
      ["pool", "events"],
      `the map is now for ${now.events} events; it was for ${old.events}`,
    ),
  ];
}

const UNMATCHED = { deny: "no token", bare: "a bare token", untouched: "all that Cognito gives" } as const;

function diffTenant(old: Plan["tenant"], now: Plan["tenant"]): readonly Difference[] {
  const found = (direction: Direction, step: string, sentence: string): readonly Difference[] =>
    difference(direction, [VALUES], ["tenant", step], sentence);
  if (!old || !now) {
    return difference(bySameness(old, now), [VALUES], ["tenant"], now ? "there is a tenant" : "there is no tenant");
  }
  return [
    ...found(bySameness(old.requested, now.requested), "requested", "the tenant is asked for in another way"),
    ...found(
      bySameness(old.allowed, now.allowed, "unproven"),
      "allowed",
      "the tenants a subject may choose are others",
    ),
    ...found(
      optional(old.default, now.default),
      "default",
      now.default ? "where none is asked for, there is a default tenant, or another one" : "no tenant is the default",
    ),
    ...found(
      byRank(["deny", "none"], old.otherwise, now.otherwise),
      "otherwise",
      now.otherwise === "none"
        ? "a token is now issued without a tenant as well"
        : "without a tenant there is no token",
    ),
  ];
}

/** For something that may be left out, and gives more when it is there. */
function optional(old: Expr | undefined, now: Expr | undefined): Direction {
  if (old === undefined) return now === undefined ? undefined : "widen";
  return now === undefined ? "narrow" : bySameness(old, now, "unproven");
}

function diffPartition(old: Plan["partition"], now: Plan["partition"]): readonly Difference[] {
  const [before, after] = [old?.values ?? {}, now?.values ?? {}];
  const { added, gone } = newAndGone(Object.keys(before), Object.keys(after));
  const changed = Object.keys(after).filter((value) => Object.hasOwn(before, value));
  const at = (value: string): readonly string[] => ["partition", value];
  return [
    ...difference(
      bySameness(old?.by, now?.by),
      [VALUES],
      ["partition", "by"],
      now ? "where a subject's data live is told in another way" : "all data live in one place",
    ),
    ...added.flatMap((value) => difference("widen", [SIGN_IN], at(value), `partition ${code(value)} is now served`)),
    ...gone.flatMap((value) =>
      difference("narrow", [SIGN_IN], at(value), `partition ${code(value)} is no longer served`),
    ),
    ...changed.flatMap((value) =>
      difference(
        bySameness(before[value], after[value]),
        [VALUES],
        at(value),
        `the data of partition ${code(value)} are read, or sealed, elsewhere`,
      ),
    ),
  ];
}

function diffLimits(old: Plan, now: Plan): readonly Difference[] {
  const [before, after] = [old.limits, now.limits];
  return (["accessToken", "idToken", "onOversize"] as const)
    .flatMap((limit) =>
      difference(
        bySameness(before[limit], after[limit]),
        [SIGN_IN],
        ["limits", limit],
        `the limit ${code(limit)} is now ${after[limit]}; it was ${before[limit]}`,
      ),
    )
    .concat(
      difference(
        bySameness(old.pseudonyms, now.pseudonyms),
        [VALUES],
        ["pseudonyms"],
        "pseudonyms are made with another key: whatever was joined by the old ones no longer is",
      ),
    );
}

function diffApprovals(old: readonly Approval[], now: readonly Approval[]): readonly Difference[] {
  const [before, after] = [old, now].map(
    (approvals) => new Map(approvals.map((each) => [JSON.stringify([each.what, each.path]), each])),
  ) as [Map<string, Approval>, Map<string, Approval>];
  const found = (direction: Direction, { path }: Approval, sentence: string): readonly Difference[] =>
    difference(direction, [SIGNATURES], path, sentence);
  return [
    ...[...after].flatMap(([key, approval]) => {
      const earlier = before.get(key);
      if (earlier === undefined) {
        return found("widen", approval, `${signer(approval)} signed for ${nounOf(approval)}: ${approval.reason}`);
      }
      const until = untilDirection(earlier.until, approval.until);
      const sentence = `${nounOf(approval)} is now signed for by ${signer(approval)}: ${approval.reason}`;
      return [
        ...found(until, approval, `${nounOf(approval)} now ${untilText(approval)}; it was: ${untilText(earlier)}`),
        ...found(bySameness(textOf(earlier), textOf(approval)), approval, sentence),
      ];
    }),
    ...[...before].flatMap(([key, approval]) =>
      after.has(key) ? [] : found("narrow", approval, `nobody signs for ${nounOf(approval)} any more`),
    ),
  ];
}

function untilDirection(old: string | undefined, now: string | undefined): Direction {
  const [before, after] = [old ?? "9999", now ?? "9999"];
  return after > before ? "widen" : after < before ? "narrow" : undefined;
}

function untilText({ until }: Approval): string {
  return until === undefined ? "has no end" : `ends with ${until}`;
}

function textOf({ reason, approvedBy }: Approval): readonly (string | undefined)[] {
  return [reason, approvedBy];
}

function signer({ approvedBy }: Approval): string {
  return approvedBy ?? "somebody";
}

function nounOf({ what, path }: Approval): string {
  return `${code(what)} at ${path.join(".")}`;
}
