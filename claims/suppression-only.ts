import type { Expr, Plan, PlanClaim, PlanProfile } from "./plan.ts";

/**
 * The same plan with nothing in it but what takes away: what Cognito's tokens lose by it they lose all the same, and
 * nothing is read, added or sealed.
 *
 * A claim that restricts, and a `refuse` rule, still count, since their absence would give more. No source is
 * read, hence each is unknown: they are answered by what the event says, by `otherwise`, or the token is refused. Scope rules remove
 * whatever they could remove: an unknown condition does.
 */
export function suppressionOnly(plan: Plan): Plan {
  return { ...plan, profiles: plan.profiles.map(takingAway) };
}

function takingAway(profile: PlanProfile): PlanProfile {
  return {
    ...profile,
    idToken: withoutReplaced(profile),
    claims: profile.claims.flatMap(restricting),
    scopes: profile.scopes.map((rule) => ({ ...rule, add: [] })),
    envelopes: [],
    reads: [],
    needs: { tenant: false, partition: false, pseudonyms: false },
  };
}

/** A claim of the map takes the place of Cognito's for good, also where neither is in the token. */
function withoutReplaced({ idToken, claims }: PlanProfile): PlanProfile["idToken"] {
  const replaced = claims.flatMap(({ name, to }) => (to.includes("id") ? [name] : []));
  if ("keep" in idToken) return { keep: idToken.keep.filter((name) => !replaced.includes(name)) };
  return { drop: [...("drop" in idToken ? idToken.drop : []), ...replaced] };
}

/** The first item of no items. */
const NEVER_KNOWN: Expr = { op: "index", of: { op: "list", items: [] }, at: { op: "int", value: "0" } };

/** What restricts inside an envelope cannot be said without a key: unless its condition is false, it is unknown. */
function restricting(claim: PlanClaim): readonly PlanClaim[] {
  if (claim.effect !== "restricts") return [];
  if (claim.sealFor.length === 0) return [{ ...claim, required: false }];
  const { otherwise: _, ...sealed } = claim;
  return [{ ...sealed, value: NEVER_KNOWN, to: [], sealFor: [], required: false }];
}
