import { approvalsOf } from "../checks/approvals.ts";
import { type CompiledClaim, type CompiledProfile, expressionsOf, keptGroups } from "../checks/compiled-profile.ts";
import type { CompiledProvider } from "../checks/compiled-provider.ts";
import { envelopeClaim } from "../checks/envelope-claim.ts";
import { type EnvelopePlan, worstOfClaim } from "../checks/envelope-plan.ts";
import { flowsInto } from "../checks/flow.ts";
import { isDeclassified, isEndorsed } from "../checks/signed-flow.ts";
import type { WorstTokens } from "../checks/worst-tokens.ts";
import type { ReadMap, WrittenIdToken, WrittenSeal } from "../claim-map.ts";
import type { CompiledExpression } from "../language/compilation.ts";
import { patternsOf, usesPseudonym } from "../language/expr-parts.ts";
import type { Foundations } from "../language/foundations.ts";
import type { KnownValue } from "../language/known-values.ts";
import { highestClass, lowestTrust } from "../language/lattice.ts";
import { neededReads } from "../language/needed-reads.ts";
import type { Standing } from "../language/standing.ts";
import type { Expr, Plan, PlanClaim, PlanProfile, PlanSeal, Trust } from "../plan.ts";
import { secondsOf } from "../shape/duration.ts";
import { compileSources } from "./compile-source.ts";
import { declaredPatterns } from "./declared-patterns.ts";
import { compileFederation } from "./federation.ts";

/** A profile that passed every check, with the envelopes it needs. */
export type CheckedProfile = {
  readonly profile: CompiledProfile;
  readonly envelopes: readonly EnvelopePlan[];
  readonly worst: WorstTokens;
};

/** Writes the plan of a map that passed every check. Profiles, claims and attributes keep the map's order. */
export function compilePlan(
  read: ReadMap,
  known: Standing,
  foundations: Foundations,
  checked: readonly CheckedProfile[],
  providers: readonly CompiledProvider[],
): Plan {
  const { map } = read;
  const values = [...known.values.values()];
  const readsGroups = checked.some(({ profile }) =>
    expressionsOf(profile).some(({ reads }) => reads.some(({ reference }) => reference.join(".") === "user.groups")),
  );
  const isInput = ({ reference: [root, name], path }: KnownValue): boolean =>
    root === "user" && (path !== null || (readsGroups && name === "groups"));
  const sources = compileSources(map, values);
  const profiles = checked.map((each) => planProfile(read, known, foundations, each));
  const { tenant, partition } = foundations;
  const federation = compileFederation(providers);
  const plan: Omit<Plan, "patterns"> = {
    v: 1,
    name: map.name,
    revision: map.revision,
    events: map.pool.events,
    usernames: map.pool.usernames,
    inputs: {
      user: inputs(values.filter(isInput)),
      metadata: inputs(values.filter(({ reference }) => reference[0] === "client" && reference[1] === "metadata")),
    },
    ...(tenant &&
      map.tenant && {
        tenant: {
          requested: compiledExpr(tenant.requested.compiled),
          allowed: compiledExpr(tenant.allowed.compiled),
          ...(tenant.default && { default: compiledExpr(tenant.default.compiled) }),
          otherwise: map.tenant.otherwise,
        },
      }),
    ...(map.pseudonyms && { pseudonyms: map.pseudonyms }),
    ...(partition &&
      map.partition && { partition: { by: compiledExpr(partition.compiled), values: map.partition.values } }),
    sources,
    resourceServers: Object.fromEntries(
      Object.entries(map.resourceServers).map(([name, { identifier, scopes, readers, seal, consumers }]) => [
        name,
        {
          identifier,
          scopes,
          readers,
          claim: envelopeClaim(name),
          ...(seal && { seal: planSeal(seal) }),
          ...(consumers.length > 0 && { consumers }),
        },
      ]),
    ),
    profiles,
    unmatched: map.unmatched.kind,
    limits: {
      accessToken: map.limits.accessToken,
      idToken: map.limits.idToken,
      onOversize: map.limits.onOversize,
    },
    ...(federation && { federation }),
    approvals: approvalsOf(map),
  };
  return { ...plan, patterns: allPatterns(plan) };
}

function planProfile(
  read: ReadMap,
  known: Standing,
  foundations: Foundations,
  { profile, envelopes, worst }: CheckedProfile,
): PlanProfile {
  const { name, written, claims, rules, refusals, groupFilter } = profile;
  const filter = typeof written.groups === "object" && written.groups.filter !== undefined;
  const { access, id } = keptGroups(written);
  const needed = neededReads(read.map, known, foundations, profile);
  return {
    name,
    grants: written.match.grants,
    clients: written.match.clients,
    idToken: planIdToken(written.idToken),
    groups: { access, id, ...(filter && { filter: groupFilter ? compiledExpr(groupFilter.compiled) : "native" }) },
    selfServiceScopes: typeof written.selfServiceScopes === "object" ? "keep" : "strip",
    refuse: refusals.map(({ when, written: { code } }) => ({ when: compiledExpr(when.compiled), code })),
    claims: claims.map((claim) => planClaim(read, known, claim)),
    scopes: rules.map(({ written: { add, remove }, when, only }) => ({
      add,
      remove,
      ...(only && { only: compiledExpr(only.compiled) }),
      ...condition(when?.compiled),
    })),
    envelopes: envelopes.map(({ resourceServer, claims: inside, oneLength, plaintextBytes }) => ({
      resourceServer,
      claims: inside.map((claim) => claim.name),
      ...(oneLength && { padTo: plaintextBytes }),
    })),
    maxBytes: {
      access: worst.isBounded.access ? worst.counted.access : null,
      id: worst.isBounded.id ? worst.counted.id : null,
    },
    reads: needed.waves,
    needs: {
      tenant: needed.tenant,
      partition: needed.partition,
      pseudonyms: expressionsOf(profile).some(({ compiled }) => compiled && usesPseudonym(compiled.expr)),
    },
  };
}

function planSeal({ key, region, mode, publicKey, bindClient, dataKey }: WrittenSeal): PlanSeal {
  return {
    key,
    ...(region !== undefined && { region }),
    mode,
    ...(publicKey !== undefined && { publicKey }),
    ...(bindClient && { bindClient }),
    ...(dataKey && { dataKey: { maxAgeSeconds: secondsOf(dataKey.maxAge), maxTokens: dataKey.maxTokens } }),
  };
}

function planIdToken({ keep = [], drop, unchanged }: WrittenIdToken = {}): PlanProfile["idToken"] {
  return drop ? { drop } : unchanged ? { unchanged: true } : { keep };
}

function planClaim(read: ReadMap, known: Standing, claim: CompiledClaim): PlanClaim {
  const { name, written, value, when } = claim;
  const flows = flowsInto(read, known, value);
  return {
    name,
    value: compiledExpr(value.compiled),
    ...condition(when?.compiled),
    to: written.to,
    sealFor: written.sealFor,
    ...(written.effect !== undefined && { effect: written.effect }),
    required: written.required,
    ...(written.otherwise !== undefined && { otherwise: written.otherwise }),
    type: (value.compiled as CompiledExpression).type,
    class: highestClass(flows.flatMap((flow) => (isDeclassified(claim, flow) ? [] : [flow.value.declaration.class]))),
    trust: lowestTrust(flows.flatMap((flow): readonly Trust[] => (isEndorsed(claim, flow) ? [] : [flow.value.trust]))),
    maxBytes: worstOfClaim(known, claim),
  };
}

function inputs(values: readonly KnownValue[]): Plan["inputs"]["user"] {
  return Object.fromEntries(
    values.map(({ reference, declaration, trust }) => [reference.at(-1), { ...declaration, trust }]),
  );
}

function condition(compiled: CompiledExpression | null | undefined): { readonly when?: Expr } {
  return compiled === undefined ? {} : { when: compiledExpr(compiled) };
}

function compiledExpr(compiled: CompiledExpression | null): Expr {
  if (compiled === null) throw new TypeError("a plan is made of expressions that passed the check");
  return compiled.expr;
}

/** Patterns of expressions and of declarations, at any depth, each once, in order of their text; not what providers send. */
function allPatterns(plan: Omit<Plan, "patterns">): readonly string[] {
  const declared = [
    ...Object.values(plan.inputs.user),
    ...Object.values(plan.inputs.metadata),
    ...Object.values(plan.sources).flatMap(({ attributes }) => Object.values(attributes)),
  ].flatMap(declaredPatterns);
  return [...new Set([...declared, ...expressionsIn(plan).flatMap(patternsOf)])].sort();
}

function expressionsIn({ tenant, partition, profiles }: Omit<Plan, "patterns">): readonly Expr[] {
  const found = [
    tenant?.requested,
    tenant?.allowed,
    tenant?.default,
    partition?.by,
    ...profiles.flatMap(({ groups, refuse, claims, scopes }) => [
      groups.filter === "native" ? undefined : groups.filter,
      ...refuse.map(({ when }) => when),
      ...claims.flatMap(({ value, when }) => [value, when]),
      ...scopes.flatMap(({ only, when }) => [only, when]),
    ]),
  ];
  return found.filter((each) => each !== undefined);
}
