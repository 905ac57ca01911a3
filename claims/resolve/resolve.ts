import { SELF_SERVICE_SCOPES } from "../../cognito/standard-attributes.ts";
import type { Subject } from "../../cognito/subject.ts";
import type { Look, World } from "../evaluate/evaluate.ts";
import type { Plan, PlanProfile } from "../plan.ts";
import type { Audience, PseudonymFor } from "./audience.ts";
import { refuseByRule } from "./refuse-by-rule.ts";
import { type ClaimResults, resolveEach, valuesOf } from "./resolve-claim.ts";
import { resolveEnvelopes } from "./resolve-envelopes.ts";
import { resolveGroups } from "./resolve-groups.ts";
import { everyAttribute, suppressedInIdToken } from "./resolve-id-token.ts";
import { resolveScopes } from "./resolve-scopes.ts";
import type { ResolvedClaims } from "./resolved-claims.ts";

/** What expressions need beside facts. */
export type ResolveTools = {
  /** Whether a pattern of the plan occurs in a text. */
  readonly matches: World["matches"];
  readonly pseudonym: PseudonymFor;
};

/**
 * Works a profile out for one subject: whether it gets a token at all, which claims have which values, what is
 * suppressed, which scopes and groups change, which envelopes there must be.
 *
 * @throws {ClaimsError} `MAP_` codes first, by the profile's own rules; then `CLAIM_REQUIRED` when a required claim is
 * unknown and its `when` is not false, `CLAIM_RESTRICTS_UNKNOWN` when a claim that restricts is unknown and has nothing
 * to stand in, `SCOPES_EMPTY` when a machine would be left without a scope, `PARTITION_UNKNOWN` when a key cannot be
 * told.
 */
export function resolveClaims(
  plan: Plan,
  profile: PlanProfile,
  subject: Subject,
  look: Look,
  { matches, pseudonym }: ResolveTools,
): ResolvedClaims {
  const worldOf = (audience: Audience): World => ({ look, matches, pseudonym: pseudonym(audience) });
  const client = worldOf({ kind: "client", id: subject.clientId });
  refuseByRule(profile, client);
  const results = resolveEach(profile.claims, client);
  // Nothing but a pseudonym differs from one audience to the next.
  const sealedFor = (identifier: string, names: readonly string[]): ClaimResults =>
    profile.needs.pseudonyms
      ? resolveEach(
          profile.claims.filter(({ name }) => names.includes(name)),
          worldOf({ kind: "resource-server", identifier }),
        )
      : results;
  const scopes = resolveScopes(profile, subject, client);
  const groups = resolveGroups(profile, subject, client);
  const isPerson = subject.grant === "user";
  const id = valuesOf(profile.claims, results, ({ to }) => isPerson && to.includes("id"));
  const groupsIn = (token: "access" | "id"): readonly string[] =>
    groups.suppressIn.includes(token) ? ["cognito:groups"] : [];
  return {
    access: valuesOf(profile.claims, results, ({ to }) => to.includes("access")),
    id,
    envelopes: resolveEnvelopes(plan, profile, scopes.final, look, sealedFor),
    suppress: {
      access: groupsIn("access"),
      id: isPerson ? [...suppressedInIdToken(profile, subject, id.keys()), ...groupsIn("id")] : [],
    },
    scopesToAdd: scopes.add,
    scopesToSuppress: scopes.suppress,
    groups: groups.change,
    droppable: profile.claims
      .filter(({ effect, required }) => effect === "informs" && !required)
      .map(({ name }) => name)
      .reverse(),
    omitted: [...results].flatMap(([claim, result]) => ("out" in result ? [{ claim, state: result.out }] : [])),
  };
}

/** Nothing added, everything stripped: what `unmatched: bare` gives to a client no profile names. */
export function resolveBare(subject: Subject): ResolvedClaims {
  const isPerson = subject.grant === "user";
  return {
    access: new Map(),
    id: new Map(),
    envelopes: [],
    suppress: { access: [], id: isPerson ? everyAttribute(subject) : [] },
    scopesToAdd: [],
    scopesToSuppress: isPerson ? SELF_SERVICE_SCOPES : [],
    groups: isPerson ? "remove" : "leave",
    droppable: [],
    omitted: [],
  };
}
