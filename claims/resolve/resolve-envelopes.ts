import type { Look } from "../evaluate/evaluate.ts";
import { partitionText } from "../gather/partition.ts";
import type { Plan, PlanEnvelope, PlanProfile, PlanResourceServer, PlanSeal } from "../plan.ts";
import type { ClaimResults } from "./resolve-claim.ts";
import type { ResolvedEnvelope } from "./resolved-claims.ts";

/** What claims come to, by name, as the resource server of this identifier gets them. */
export type SealedFor = (identifier: string, names: readonly string[]) => ClaimResults;

/**
 * The envelopes a token must carry: those whose resource server has a scope in it. What is inside decides nothing, and
 * claims are worked out for every one of them, so no refusal depends on a scope either.
 *
 * @throws {ClaimsError} what working out the claims throws; `PARTITION_UNKNOWN` when a key cannot be told.
 * @throws {TypeError} for a resource server without a key: a mistake in the program.
 */
export function resolveEnvelopes(
  plan: Plan,
  profile: PlanProfile,
  scopes: ReadonlySet<string>,
  look: Look,
  sealedFor: SealedFor,
): readonly ResolvedEnvelope[] {
  return profile.envelopes.flatMap((envelope) => {
    const server = plan.resourceServers[envelope.resourceServer];
    // The check lets no claim be sealed for a server without a key. To leave the envelope out would be to say less.
    if (!server?.seal) throw new TypeError(`resource server "${envelope.resourceServer}" has no key`);
    const results = sealedFor(server.identifier, envelope.claims);
    return holdsScopeOf(server, scopes) ? [resolveEnvelope(plan, profile, envelope, server.seal, look, results)] : [];
  });
}

function holdsScopeOf({ identifier }: PlanResourceServer, scopes: ReadonlySet<string>): boolean {
  return [...scopes].some((scope) => scope.startsWith(`${identifier}/`));
}

/** Every claim of an envelope is in it, null where there is no value: presence tells nothing. */
function resolveEnvelope(
  plan: Plan,
  profile: PlanProfile,
  { resourceServer, claims, padTo }: PlanEnvelope,
  seal: PlanSeal,
  look: Look,
  results: ClaimResults,
): ResolvedEnvelope {
  const inside = profile.claims.filter(({ name }) => claims.includes(name));
  return {
    resourceServer,
    seal: {
      ...seal,
      key: partitionText(plan, look, seal.key),
      ...(seal.region !== undefined && { region: partitionText(plan, look, seal.region) }),
    },
    claims: new Map(
      claims.map((name) => {
        const result = results.get(name);
        return [name, result && "value" in result ? result.value : null];
      }),
    ),
    padTo: padTo ?? null,
    mustSeal: inside.some(({ required, effect }) => required || effect === "restricts"),
  };
}
