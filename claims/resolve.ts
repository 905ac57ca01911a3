import type { JsonValue } from "../cognito/json.ts";
import { canSuppress } from "../cognito/reserved-claims.ts";
import { SELF_SERVICE_SCOPES, STANDARD_ATTRIBUTES } from "../cognito/standard-attributes.ts";
import type { Subject } from "../cognito/subject.ts";
import { ClaimsError } from "./claims-error.ts";
import { evaluate, type Look, type Reason } from "./evaluate.ts";
import type { Plan, PlanClaim, PlanEnvelope, PlanProfile } from "./plan.ts";
import type { ResolvedClaims, ResolvedEnvelope } from "./resolved-claims.ts";
import { tokenValue } from "./token-value.ts";

type Left = { readonly out: "when" | Reason };

/**
 * Works a profile out for one subject: which claims have which values, what is suppressed, which scopes change, which
 * envelopes there must be.
 *
 * @throws {ClaimsError} `CLAIM_REQUIRED` when a required claim is unknown and its `when` is not false,
 * `CLAIM_RESTRICTS_UNKNOWN` when a claim that restricts is unknown, `SCOPES_EMPTY` when a machine would be left
 * without a scope.
 */
export function resolveClaims(plan: Plan, profile: PlanProfile, subject: Subject, look: Look): ResolvedClaims {
  const results = new Map(profile.claims.map((claim) => [claim.name, resolveClaim(claim, look)] as const));
  const reaching = (token: "access" | "id"): ReadonlyMap<string, JsonValue> =>
    new Map(
      profile.claims.flatMap(({ name, to }) => {
        const result = results.get(name);
        return to.includes(token) && result && "value" in result ? [[name, result.value]] : [];
      }),
    );
  const id = subject.grant === "user" ? reaching("id") : new Map<string, JsonValue>();
  const scopes = resolveScopes(profile, subject, look);
  return {
    access: reaching("access"),
    id,
    envelopes: profile.envelopes
      .filter(({ resourceServer }) => holdsScopeOf(plan, resourceServer, scopes.final))
      .map((envelope) => resolveEnvelope(envelope, profile, results)),
    suppress: suppressed(profile, subject, id),
    scopesToAdd: scopes.add,
    scopesToSuppress: scopes.suppress,
    groups:
      subject.grant === "user" && profile.groups.access === "strip" && profile.groups.id === "strip"
        ? "remove"
        : "leave",
    droppable: profile.claims
      .filter(({ effect, required }) => effect === "informs" && !required)
      .map(({ name }) => name)
      .reverse(),
    omitted: [...results].flatMap(([claim, result]) => ("out" in result ? [{ claim, state: result.out }] : [])),
  };
}

/** Nothing added, everything stripped: what `unmatched: bare` gives to a client no profile names. */
export function resolveBare(subject: Subject): ResolvedClaims {
  const isUser = subject.grant === "user";
  return {
    access: new Map(),
    id: new Map(),
    envelopes: [],
    suppress: { access: [], id: isUser ? suppressedAttributes(subject, []) : [] },
    scopesToAdd: [],
    scopesToSuppress: isUser ? SELF_SERVICE_SCOPES : [],
    groups: isUser ? "remove" : "leave",
    droppable: [],
    omitted: [],
  };
}

function resolveClaim(claim: PlanClaim, look: Look): { readonly value: JsonValue } | Left {
  const when = claim.when ? evaluate(claim.when, look) : undefined;
  if (when?.known && when.value !== true) return { out: "when" };
  const outcome = when && !when.known ? when : evaluate(claim.value, look);
  const value = outcome.known ? tokenValue(outcome.value) : undefined;
  if (value !== undefined) return { value };
  if (claim.required) throw new ClaimsError("CLAIM_REQUIRED", `claim "${claim.name}" is required and unknown`);
  if (claim.effect === "restricts") {
    throw new ClaimsError("CLAIM_RESTRICTS_UNKNOWN", `claim "${claim.name}" restricts and is unknown`);
  }
  return { out: outcome.known ? "error" : outcome.because };
}

/** Rules see what Cognito sent. Unknown does not add, and does remove; removal wins. */
function resolveScopes(
  profile: PlanProfile,
  subject: Subject,
  look: Look,
): { readonly add: readonly string[]; readonly suppress: readonly string[]; readonly final: ReadonlySet<string> } {
  const added = new Set<string>();
  const removed = new Set<string>();
  for (const rule of profile.scopes) {
    const when = rule.when ? evaluate(rule.when, look) : { known: true as const, value: true };
    if (when.known && when.value === true) for (const scope of rule.add) added.add(scope);
    if (!when.known || when.value === true) for (const scope of rule.remove) removed.add(scope);
  }
  if (subject.grant === "user" && subject.shape === "V2" && profile.selfServiceScopes === "strip") {
    for (const scope of SELF_SERVICE_SCOPES) removed.add(scope);
  }
  const sent = new Set(subject.scopes);
  const final = new Set([...sent, ...added].filter((scope) => !removed.has(scope)));
  if (subject.grant === "client_credentials" && final.size === 0) {
    throw new ClaimsError("SCOPES_EMPTY", "the rules leave this machine without a scope");
  }
  return { add: [...final].filter((scope) => !sent.has(scope)), suppress: [...removed], final };
}

function holdsScopeOf(plan: Plan, resourceServer: string, scopes: ReadonlySet<string>): boolean {
  const prefix = `${plan.resourceServers[resourceServer]?.identifier}/`;
  return [...scopes].some((scope) => scope.startsWith(prefix));
}

/** Every claim of an envelope is in it, null where there is no value: presence tells nothing. */
function resolveEnvelope(
  { resourceServer, claims, padTo }: PlanEnvelope,
  profile: PlanProfile,
  results: ReadonlyMap<string, { readonly value: JsonValue } | Left>,
): ResolvedEnvelope {
  const inside = profile.claims.filter(({ name }) => claims.includes(name));
  return {
    resourceServer,
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

function suppressed(
  profile: PlanProfile,
  subject: Subject,
  id: ReadonlyMap<string, JsonValue>,
): ResolvedClaims["suppress"] {
  if (subject.grant !== "user") return { access: [], id: [] };
  // Suppressing the groups of one token alone; both at once is the group override's work.
  const { access, id: idGroups } = profile.groups;
  const kept = "keep" in profile.idToken ? profile.idToken.keep : [];
  return {
    access: access === "strip" && idGroups === "keep" ? ["cognito:groups"] : [],
    id: [
      ...suppressedAttributes(subject, [...kept.filter((name) => !isIdClaim(profile, name)), ...id.keys()]),
      ...(idGroups === "strip" && access === "keep" ? ["cognito:groups"] : []),
    ],
  };
}

/** A claim of the map under a kept name takes its place for good: left out, it must not bring Cognito's value back. */
function isIdClaim({ claims }: PlanProfile, name: string): boolean {
  return claims.some((claim) => claim.name === name && claim.to.includes("id"));
}

/**
 * Attribute names the ID token loses: every standard one and every one this person has, but for those kept, those a
 * claim of ours replaces, and those Cognito does not let a trigger suppress.
 */
function suppressedAttributes(subject: Subject, kept: readonly string[]): readonly string[] {
  const names = new Set([...STANDARD_ATTRIBUTES, ...subject.attributes.keys()]);
  return [...names].filter((name) => !kept.includes(name) && canSuppress("id", name));
}
