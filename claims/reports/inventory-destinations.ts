import type { Effect, Plan, PlanClaim, PlanProfile, PlanResourceServer, Reference } from "../plan.ts";
import { EVERY_API, THE_CLIENT } from "./difference.ts";
import { type DataKey, sealKeys } from "./inventory-places.ts";
import {
  OTHER_ATTRIBUTES,
  type Step,
  step,
  stepsOfCondition,
  stepsOfPlace,
  stepsOfValue,
  USERNAME,
} from "./inventory-reach.ts";

/** Whoever holds an access token whose scopes open the profile, and asks Cognito. */
export const THE_BEARER = "whoever bears an access token";
/** Whoever asks for a token, and learns why there is none. */
export const THE_ASKER = "whoever asks for a token";

/** One thing that one reader gets, and everything it comes from. */
export type Destination = {
  /** Null for app clients without a profile, and for what is stored. */
  readonly profile: string | null;
  /**
   * A claim or scope of the map, something of Cognito's own, its answer to whoever asks, a refusal, or what the pool
   * stores of what an identity provider sends.
   */
  readonly as: "claim" | "scope" | "cognito" | "answer" | "refusal" | "stored";
  readonly name: string;
  /** Of a claim, where the map says it. */
  readonly effect: Effect | null;
  readonly token: "access" | "id" | null;
  readonly form: "clear" | "sealed" | "asked" | "decided" | "stored";
  readonly reader: string;
  /** The roles that open what is sealed for the reader. */
  readonly roles: readonly string[];
  /** What it is sealed under. */
  readonly keys: readonly DataKey[];
  readonly steps: readonly Step[];
};

/** Everything of a plan that anybody gets, in the order of its profiles; then what clients without one get. */
export function destinationsOf(plan: Plan): readonly Destination[] {
  const all = [
    ...plan.profiles.flatMap((profile) => [
      ...profile.claims.flatMap((claim) => claimDestinations(plan, profile.name, claim)),
      ...profile.scopes.flatMap((rule) => scopeDestinations(profile.name, rule)),
      ...cognitoDestinations(plan, profile),
      ...refusals(plan, profile),
    ]),
    ...(plan.unmatched === "deny" ? [] : unmatched(plan, plan.unmatched)),
  ];
  return merged(all);
}

const CLEAR = { roles: [], keys: [], effect: null } as const;

function claimDestinations(plan: Plan, profile: string, claim: PlanClaim): readonly Destination[] {
  const { name, effect = null, to, sealFor, value, when } = claim;
  const steps = [...stepsOfValue(value), ...stepsOfCondition(when)];
  const of = { profile, as: "claim", name, effect } as const;
  return [
    ...to.map((token): Destination => {
      const reader = token === "access" ? EVERY_API : THE_CLIENT;
      return { ...CLEAR, ...of, token, form: "clear", reader, steps };
    }),
    ...sealFor.map((reader): Destination => {
      const server = plan.resourceServers[reader] as PlanResourceServer;
      // Everybody sees which key an envelope is sealed under.
      const place = stepsOfPlace([server.seal?.key ?? "", server.seal?.region ?? ""], `the key of ${reader}`);
      const keys = sealKeys(plan, server);
      const { readers: roles } = server;
      return { ...of, token: "access", form: "sealed", reader, roles, keys, steps: [...steps, ...place] };
    }),
  ];
}

/** Scopes stand in the token for everybody to see, and so does what decides them. */
function scopeDestinations(
  profile: string,
  { add, remove, only, when }: PlanProfile["scopes"][number],
): readonly Destination[] {
  const names = [...add, ...remove, ...(only ? ["every custom scope"] : [])];
  const steps = stepsOfCondition(when, only);
  return names.map((name) => ({
    ...CLEAR,
    profile,
    as: "scope",
    name,
    token: "access",
    form: "clear",
    reader: EVERY_API,
    steps,
  }));
}

/** What Cognito puts into tokens of people and the map leaves there, or no trigger can take out. */
function cognitoDestinations(plan: Plan, profile: PlanProfile): readonly Destination[] {
  const { name, grants, groups, idToken, selfServiceScopes } = profile;
  if (!grants.includes("user")) return [];
  const filter = groups.filter === undefined || groups.filter === "native" ? [] : stepsOfCondition(groups.filter);
  const everything = attributesOf(plan);
  const kept = "keep" in idToken ? idToken.keep.map((each): Reference => ["user", each]) : everything;
  const dropped = new Set("drop" in idToken ? idToken.drop : []);
  // Under V1 a trigger changes no scopes.
  const asks = selfServiceScopes === "keep" || plan.events === "V1";
  return [
    ...inEveryToken(name),
    ...kept
      .filter(([, attribute = ""]) => !dropped.has(attribute))
      .map((reference) => inToken(name, "id", attributeName(reference), [step(reference, "cognito")])),
    ...(["access", "id"] as const)
      .filter((token) => groups[token] === "keep")
      .map((token) => inToken(name, token, "cognito:groups", [step(["user", "groups"], "cognito"), ...filter])),
    ...(asks ? everything.map((reference) => answered(name, reference)) : []),
  ];
}

function unmatched(plan: Plan, how: "bare" | "untouched"): readonly Destination[] {
  const everything = attributesOf(plan);
  const answers = everything.map((reference) => answered(null, reference));
  if (how === "bare") return [...inEveryToken(null), ...(plan.events === "V1" ? answers : [])];
  const groups = [step(["user", "groups"], "cognito")];
  return [
    ...inEveryToken(null),
    ...everything.map((reference) => inToken(null, "id", attributeName(reference), [step(reference, "cognito")])),
    inToken(null, "access", "cognito:groups", groups),
    inToken(null, "id", "cognito:groups", groups),
    ...answers,
  ];
}

/** Attributes by the names that the map has for them, and all others together. */
function attributesOf({ inputs }: Plan): readonly Reference[] {
  const names = Object.keys(inputs.user).filter((name) => name !== "groups" && name !== "sub");
  return [...names.map((name): Reference => ["user", name]), OTHER_ATTRIBUTES];
}

function attributeName([, name]: Reference): string {
  return name ?? "every other attribute that the app client may read";
}

/** What no trigger can take out of the ID token. */
export const FIXED_IN_ID_TOKEN: readonly string[] = ["sub", "cognito:username", "identities"];

function inEveryToken(profile: string | null): readonly Destination[] {
  const [sub, username, identities] = [["user", "sub"], USERNAME, ["user", "identities"]] as const;
  return [
    inToken(profile, "access", "sub", [step(sub, "cognito")]),
    inToken(profile, "id", "sub", [step(sub, "cognito")]),
    inToken(profile, "access", "username", [step(username, "cognito")]),
    inToken(profile, "id", "cognito:username", [step(username, "cognito")]),
    inToken(profile, "id", "identities", [step(identities, "cognito")]),
  ];
}

function inToken(profile: string | null, token: "access" | "id", name: string, steps: readonly Step[]): Destination {
  const reader = token === "access" ? EVERY_API : THE_CLIENT;
  return { ...CLEAR, profile, as: "cognito", name, token, form: "clear", reader, steps };
}

function answered(profile: string | null, reference: Reference): Destination {
  const steps = [step(reference, "cognito")];
  const name = attributeName(reference);
  return { ...CLEAR, profile, as: "answer", name, token: "access", form: "asked", reader: THE_BEARER, steps };
}

/** A refusal tells whoever asked what it was decided by. */
function refusals({ tenant }: Plan, { name, refuse, needs }: PlanProfile): readonly Destination[] {
  const refusal = (code: string, steps: readonly Step[]): Destination => ({
    ...CLEAR,
    profile: name,
    as: "refusal",
    name: code,
    token: null,
    form: "decided",
    reader: THE_ASKER,
    steps,
  });
  return [
    ...refuse.map(({ code, when }) => refusal(`MAP_${code}`, stepsOfCondition(when))),
    ...(needs.tenant && tenant
      ? [refusal("TENANT_REFUSED", stepsOfCondition(tenant.requested, tenant.default, tenant.allowed))]
      : []),
  ];
}

/** One for each thing that a reader gets, whatever number of rules it comes from. */
function merged(all: readonly Destination[]): readonly Destination[] {
  const places = new Map<string, Destination>();
  for (const each of all) {
    const key = JSON.stringify([each.profile, each.as, each.name, each.token, each.reader]);
    const earlier = places.get(key);
    places.set(key, earlier ? { ...earlier, steps: [...earlier.steps, ...each.steps] } : each);
  }
  return [...places.values()];
}
