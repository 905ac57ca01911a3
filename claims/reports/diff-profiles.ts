import type { Plan, PlanProfile } from "../plan.ts";
import { diffClaims } from "./diff-claims.ts";
import { diffScopes, diffScopesTakenAway } from "./diff-scopes.ts";
import {
  anyOfThem,
  byRank,
  byRestriction,
  bySameness,
  code,
  type Difference,
  difference,
  EVERY_API,
  newAndGone,
  SIGN_IN,
  THE_CLIENT,
  whenText,
} from "./difference.ts";

type Pair = { readonly old: PlanProfile | undefined; readonly now: PlanProfile | undefined };

/** What the subjects and readers of profiles gain and lose. */
export function diffProfiles(old: Plan, now: Plan): readonly Difference[] {
  return pairs(old.profiles, now.profiles).flatMap((pair) => {
    const path = ["profiles", (pair.now ?? pair.old)?.name ?? ""];
    return [
      ...diffMatch(pair, now, path),
      ...diffClaims(pair.old, pair.now, now, path),
      ...diffScopes(pair.old, pair.now, { old, now }, path),
      ...(pair.old && pair.now ? diffBoth(pair.old, pair.now, { old, now }, path) : []),
    ];
  });
}

/** By name; of those left over, by what they match, since a profile may have been given another name. */
function pairs(old: readonly PlanProfile[], now: readonly PlanProfile[]): readonly Pair[] {
  const unnamed = old.filter(({ name }) => now.every((each) => each.name !== name));
  const matched = now.map((after): Pair => {
    const named = old.find(({ name }) => name === after.name);
    return { old: named ?? unnamed.find((before) => matches(before) === matches(after)), now: after };
  });
  const gone = unnamed.filter((before) => matched.every((pair) => pair.old !== before));
  return [...matched, ...gone.map((before): Pair => ({ old: before, now: undefined }))];
}

function matches({ grants, clients }: PlanProfile): string {
  return JSON.stringify([grants, clients]);
}

function diffMatch(pair: Pair, now: Plan, path: readonly string[]): readonly Difference[] {
  const profile = code((pair.now ?? pair.old)?.name ?? "");
  const clients = newAndGone(pair.old?.clients ?? [], pair.now?.clients ?? []);
  const grants = newAndGone(pair.old?.grants ?? [], pair.now?.grants ?? []);
  const at = [...path, "match"];
  // Whoever matches nothing any more may be left with all that Cognito gives.
  const whenGone = now.unmatched === "untouched" ? "widen" : "narrow";
  return [
    ...clients.added.flatMap((client) =>
      difference("widen", [SIGN_IN], at, `${clientText(client)} now gets the tokens of profile ${profile}`),
    ),
    ...clients.gone.flatMap((client) =>
      difference(whenGone, [SIGN_IN], at, `${clientText(client)} no longer gets the tokens of profile ${profile}`),
    ),
    ...grants.added.flatMap((grant) =>
      difference("widen", [SIGN_IN], at, `profile ${profile} now serves the grant ${code(grant)}`),
    ),
    ...grants.gone.flatMap((grant) =>
      difference(whenGone, [SIGN_IN], at, `profile ${profile} no longer serves the grant ${code(grant)}`),
    ),
    ...(pair.old && pair.now
      ? difference(
          bySameness(pair.old.name, pair.now.name),
          [SIGN_IN],
          path,
          `profile ${code(pair.old.name)} is now called ${profile}`,
        )
      : []),
  ];
}

function clientText(client: string): string {
  return client === "*" ? "every app client of the pool, those of the future included," : `app client ${code(client)}`;
}

/** What only a profile that stays can take away more, or less, of. */
function diffBoth(
  old: PlanProfile,
  now: PlanProfile,
  plans: { readonly old: Plan; readonly now: Plan },
  path: readonly string[],
): readonly Difference[] {
  return [
    ...diffRefusals(old, now, [...path, "refuse"]),
    ...diffScopesTakenAway(old, now, plans, path),
    ...diffPadding(old, now, path),
    ...diffIdToken(old.idToken, now.idToken, [...path, "idToken"]),
    ...diffGroups(old.groups, now.groups, [...path, "groups"]),
    ...difference(
      byRank(["strip", "keep"], old.selfServiceScopes, now.selfServiceScopes),
      [EVERY_API],
      [...path, "selfServiceScopes"],
      now.selfServiceScopes === "keep"
        ? "whoever bears a token can now fetch the person's profile, or change it: self-service scopes stay"
        : "self-service scopes no longer stay",
    ),
  ];
}

function diffRefusals(old: PlanProfile, now: PlanProfile, path: readonly string[]): readonly Difference[] {
  const conditions = ({ refuse }: PlanProfile, refusal: string) => {
    const found = refuse.filter(({ code: each }) => each === refusal).map(({ when }) => when);
    return found.length === 0 ? null : (anyOfThem(found) ?? null);
  };
  const codes = new Set([...now.refuse, ...old.refuse].map((each) => each.code));
  return [...codes].flatMap((refusal) => {
    const [before, after] = [conditions(old, refusal), conditions(now, refusal)];
    const name = code(`MAP_${refusal}`);
    if (after === null) {
      return before ? difference("widen", [SIGN_IN], path, `${name} no longer refuses ${whenText(before)}`) : [];
    }
    if (before === null) return difference("narrow", [SIGN_IN], path, `${name} now refuses ${whenText(after)}`);
    const sentence = `${name} now refuses ${whenText(after)}; it did ${whenText(before)}`;
    return difference(byRestriction(before, after), [SIGN_IN], path, sentence);
  });
}

/** An envelope of one length tells nothing by it. */
function diffPadding(old: PlanProfile, now: PlanProfile, path: readonly string[]): readonly Difference[] {
  return now.envelopes.flatMap(({ resourceServer, padTo }) => {
    const before = old.envelopes.find((envelope) => envelope.resourceServer === resourceServer);
    if (before === undefined) return [];
    const sentence =
      padTo === undefined
        ? `the length of what is sealed for ${resourceServer} now tells something of it`
        : before.padTo === undefined
          ? `what is sealed for ${resourceServer} now has one length`
          : `what is sealed for ${resourceServer} now has another length`;
    const direction = byRank([true, false], before.padTo !== undefined, padTo !== undefined);
    return difference(direction ?? bySameness(before.padTo, padTo), [EVERY_API], [...path, "claims"], sentence);
  });
}

function diffIdToken(
  old: PlanProfile["idToken"],
  now: PlanProfile["idToken"],
  path: readonly string[],
): readonly Difference[] {
  const named = (idToken: PlanProfile["idToken"]): readonly string[] =>
    "keep" in idToken ? idToken.keep : "drop" in idToken ? idToken.drop : [];
  const names = new Set([...named(now), ...named(old)]);
  const attributes = [...names].flatMap((name) =>
    difference(
      byRank([false, true], keeps(old, name), keeps(now, name)),
      [THE_CLIENT],
      path,
      keeps(now, name)
        ? `the client can now read ${code(name)} in the ID token, as Cognito puts it there`
        : `the client can no longer read ${code(name)} in the ID token`,
    ),
  );
  const others = difference(
    byRank([false, true], keepsOthers(old), keepsOthers(now)),
    [THE_CLIENT],
    path,
    keepsOthers(now)
      ? "the client can now read every attribute in the ID token that the map does not drop by name"
      : "the client can no longer read attributes in the ID token that the map does not name",
  );
  return [...attributes, ...others];
}

function keeps(idToken: PlanProfile["idToken"], name: string): boolean {
  if ("keep" in idToken) return idToken.keep.includes(name);
  return !("drop" in idToken && idToken.drop.includes(name));
}

function keepsOthers(idToken: PlanProfile["idToken"]): boolean {
  return !("keep" in idToken);
}

function diffGroups(
  old: PlanProfile["groups"],
  now: PlanProfile["groups"],
  path: readonly string[],
): readonly Difference[] {
  const kept = ({ access, id }: PlanProfile["groups"]): readonly string[] => [
    ...(access === "keep" ? [EVERY_API] : []),
    ...(id === "keep" ? [THE_CLIENT] : []),
  ];
  const [before, after] = [kept(old), kept(now)];
  const { added, gone } = newAndGone(before, after);
  const stays = before.filter((reader) => after.includes(reader));
  const filter = bySameness(old.filter, now.filter, "unproven");
  return [
    ...added.flatMap((reader) => difference("widen", [reader], path, `${reader} can now read the groups`)),
    ...gone.flatMap((reader) => difference("narrow", [reader], path, `${reader} can no longer read the groups`)),
    ...difference(
      filter && (now.filter === undefined ? "widen" : old.filter === undefined ? "narrow" : filter),
      stays,
      [...path, "filter"],
      now.filter === undefined ? "every group stays" : "other groups stay than before",
    ),
  ];
}
