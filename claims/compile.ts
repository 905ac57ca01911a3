import { type CompiledClaim, type CompiledProfile, expressionsOf, keptGroups } from "./checks/compiled-profile.ts";
import { envelopeClaim } from "./checks/envelope-claim.ts";
import type { EnvelopePlan } from "./checks/envelope-plan.ts";
import type { ReadMap } from "./claim-map.ts";
import type { CompiledExpression } from "./language/expression.ts";
import { readKeyTemplate } from "./language/key-template.ts";
import type { KnownValue, KnownValues } from "./language/known-values.ts";
import type { Declaration, Expr, Plan, PlanClaim, PlanProfile, PlanSource, TemplatePart } from "./plan.ts";

/** A profile that passed every check, with the envelopes it needs. */
export type CheckedProfile = { readonly profile: CompiledProfile; readonly envelopes: readonly EnvelopePlan[] };

/** Writes the plan of a map that passed every check. Profiles, claims and attributes keep the map's order. */
export function compilePlan({ map }: ReadMap, known: KnownValues, checked: readonly CheckedProfile[]): Plan {
  const values = [...known.values.values()];
  const readsGroups = checked.some(({ profile }) =>
    expressionsOf(profile).some(({ reads }) => reads.some(({ reference }) => reference.join(".") === "user.groups")),
  );
  return {
    v: 1,
    name: map.name,
    revision: map.revision,
    events: map.pool.events,
    usernames: map.pool.usernames,
    inputs: {
      user: declarations(
        values.filter(
          ({ reference, path }) => reference[0] === "user" && (path || (readsGroups && reference[1] === "groups")),
        ),
      ),
      metadata: declarations(
        values.filter(({ reference }) => reference[0] === "client" && reference[1] === "metadata"),
      ),
    },
    sources: Object.fromEntries(
      Object.entries(map.sources).map(([name, source]): [string, PlanSource] => {
        const attributes = declarations(values.filter(({ reference }) => reference[0] === name));
        const isSensitive = Object.values(attributes).some((attribute) => attribute.class === "sensitive");
        const { table, region, key, consistent } = source.dynamodb;
        return [
          name,
          {
            table,
            ...(region !== undefined && { region }),
            key: Object.fromEntries(Object.entries(key).map(([attribute, text]) => [attribute, templateParts(text)])),
            // A sensitive value that was taken back must not be read from a copy that has not heard of it.
            consistent: consistent || isSensitive,
            onMissing: source.onMissing,
            onError: source.onError,
            attributes,
          },
        ];
      }),
    ),
    resourceServers: Object.fromEntries(
      Object.entries(map.resourceServers).map(([name, { identifier, scopes, readers, seal }]) => [
        name,
        { identifier, scopes, readers, claim: envelopeClaim(name), ...(seal && { seal }) },
      ]),
    ),
    profiles: checked.map((each) => planProfile(map, each)),
    unmatched: map.unmatched.kind,
    limits: {
      accessToken: map.limits.accessToken,
      idToken: map.limits.idToken,
      onOversize: map.limits.onOversize,
    },
  };
}

function planProfile(map: ReadMap["map"], { profile, envelopes }: CheckedProfile): PlanProfile {
  const { name, written, claims, rules } = profile;
  return {
    name,
    grants: written.match.grants,
    clients: written.match.clients,
    keep: written.idToken?.keep ?? [],
    groups: keptGroups(written),
    selfServiceScopes: typeof written.selfServiceScopes === "object" ? "keep" : "strip",
    claims: claims.map(planClaim),
    scopes: rules.map(({ written: { add, remove }, when }) => ({ add, remove, ...condition(when?.compiled) })),
    envelopes: envelopes.map(({ resourceServer, claims: inside, oneLength, plaintextBytes }) => ({
      resourceServer,
      claims: inside.map((claim) => claim.name),
      ...(oneLength && { padTo: plaintextBytes }),
    })),
    reads: neededAttributes(map, profile),
  };
}

function planClaim({ name, written, value, when }: CompiledClaim): PlanClaim {
  return {
    name,
    value: compiledExpr(value.compiled),
    ...condition(when?.compiled),
    to: written.to,
    sealFor: written.sealFor,
    ...(written.effect !== undefined && { effect: written.effect }),
    required: written.required,
  };
}

/** The attributes a profile's expressions read, by source; a source that is not here is not read at all. */
function neededAttributes({ sources }: ReadMap["map"], profile: CompiledProfile): PlanProfile["reads"] {
  const read = new Set(
    expressionsOf(profile).flatMap(({ reads }) => reads.map(({ reference }) => JSON.stringify(reference))),
  );
  return Object.fromEntries(
    Object.entries(sources).flatMap(([source, { attributes }]) => {
      const needed = Object.keys(attributes).filter((attribute) => read.has(JSON.stringify([source, attribute])));
      return needed.length > 0 ? [[source, needed]] : [];
    }),
  );
}

function declarations(values: readonly KnownValue[]): { readonly [name: string]: Declaration } {
  return Object.fromEntries(values.map(({ reference, declaration }) => [reference.at(-1), declaration]));
}

function templateParts(text: string): readonly TemplatePart[] {
  const template = readKeyTemplate(text);
  if ("problem" in template) throw new TypeError("a plan is made of key templates that passed the check");
  return template.parts;
}

function condition(compiled: CompiledExpression | null | undefined): { readonly when?: Expr } {
  return compiled === undefined ? {} : { when: compiledExpr(compiled) };
}

function compiledExpr(compiled: CompiledExpression | null): Expr {
  if (compiled === null) throw new TypeError("a plan is made of expressions that passed the check");
  return compiled.expr;
}
