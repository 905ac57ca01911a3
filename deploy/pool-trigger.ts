import { type Fields, isFields, own } from "../cognito/own-fields.ts";

/** The triggers of a pool that a map has functions for, by `LambdaConfig`'s own names. */
export type TriggerName = "PreTokenGeneration" | "InboundFederation";

/** A function at a trigger of a pool. */
export type PoolTrigger = {
  readonly functionArn: string;
  /** Of its events: `V1_0`, `V2_0` or `V3_0`. */
  readonly version: string;
};

/** The members of `LambdaConfig` that say it, the newer last: the older has no version, which means `V1_0`. */
const MEMBERS: { readonly [name in TriggerName]: readonly string[] } = {
  PreTokenGeneration: ["PreTokenGeneration", "PreTokenGenerationConfig"],
  InboundFederation: ["InboundFederation"],
};

/** The triggers of a pool, by `LambdaConfig`'s own names. */
export function lambdaConfigOf(pool: Fields): Fields {
  const config = own(pool, "LambdaConfig");
  return isFields(config) ? config : {};
}

/** The trigger that Cognito invokes, or null. Where two members are set they name one function, or Cognito refuses. */
export function triggerOf(lambdaConfig: Fields, name: TriggerName): PoolTrigger | null {
  const told = MEMBERS[name].map((member) => own(lambdaConfig, member));
  const config = told.find(isFields);
  const [functionArn, version] = config ? [own(config, "LambdaArn"), own(config, "LambdaVersion")] : [];
  if (typeof functionArn === "string") return { functionArn, version: typeof version === "string" ? version : "V1_0" };
  const legacy = told.find((each) => typeof each === "string");
  return legacy === undefined ? null : { functionArn: legacy, version: "V1_0" };
}

/** The Pre Token Generation trigger of a pool, or null. */
export function preTokenOf(lambdaConfig: Fields): PoolTrigger | null {
  return triggerOf(lambdaConfig, "PreTokenGeneration");
}

/** Every function that a trigger's members name; more than one where they contradict each other. */
export function triggerFunctions(lambdaConfig: Fields, name: TriggerName): readonly string[] {
  const told = MEMBERS[name].toReversed().map((member) => own(lambdaConfig, member));
  const named = told.map((each) => (isFields(each) ? own(each, "LambdaArn") : each));
  return [...new Set(named.filter((arn) => typeof arn === "string"))];
}

/** The same triggers with another one of this name, or none, by the newer member alone. */
export function withTrigger(lambdaConfig: Fields, name: TriggerName, trigger: PoolTrigger | null): Fields {
  const others = withoutMembers(lambdaConfig, name);
  if (trigger === null) return others;
  const { functionArn, version } = trigger;
  return { ...others, [MEMBERS[name].at(-1) ?? name]: { LambdaVersion: version, LambdaArn: functionArn } };
}

/** The same triggers with the one of this name as other triggers have it, member by member. */
export function withTriggerOf(lambdaConfig: Fields, name: TriggerName, source: Fields): Fields {
  const taken = MEMBERS[name].filter((member) => Object.hasOwn(source, member));
  return {
    ...withoutMembers(lambdaConfig, name),
    ...Object.fromEntries(taken.map((member) => [member, source[member]])),
  };
}

/**
 * Triggers by what they mean: Cognito may tell one trigger by both members, whichever it was told by. Where they name two
 * functions they mean nothing but what they say.
 */
export function meaningOf(lambdaConfig: Fields): Fields {
  const name = "PreTokenGeneration";
  if (triggerFunctions(lambdaConfig, name).length > 1) return lambdaConfig;
  return withTrigger(lambdaConfig, name, triggerOf(lambdaConfig, name));
}

function withoutMembers(lambdaConfig: Fields, name: TriggerName): Fields {
  return Object.fromEntries(Object.entries(lambdaConfig).filter(([member]) => !MEMBERS[name].includes(member)));
}
