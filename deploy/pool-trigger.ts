import { type Fields, isFields, own } from "../cognito/own-fields.ts";

/** The Pre Token Generation trigger of a pool. */
export type PreToken = {
  readonly functionArn: string;
  /** `V1_0`, `V2_0` or `V3_0`. */
  readonly version: string;
};

/** The two members of `LambdaConfig` that say it: the older has no version, which means `V1_0`. */
const MEMBERS = ["PreTokenGeneration", "PreTokenGenerationConfig"] as const;

/** The triggers of a pool, by `LambdaConfig`'s own names. */
export function lambdaConfigOf(pool: Fields): Fields {
  const config = own(pool, "LambdaConfig");
  return isFields(config) ? config : {};
}

/** The trigger that Cognito invokes, or null. Where both members are set they name one function, or Cognito refuses. */
export function preTokenOf(lambdaConfig: Fields): PreToken | null {
  const [legacy, config] = MEMBERS.map((member) => own(lambdaConfig, member));
  if (isFields(config)) {
    const [functionArn, version] = [own(config, "LambdaArn"), own(config, "LambdaVersion")];
    if (typeof functionArn === "string")
      return { functionArn, version: typeof version === "string" ? version : "V1_0" };
  }
  return typeof legacy === "string" ? { functionArn: legacy, version: "V1_0" } : null;
}

/** Every function that the two members name; more than one where they contradict each other. */
export function preTokenFunctions(lambdaConfig: Fields): readonly string[] {
  const [legacy, config] = MEMBERS.map((member) => own(lambdaConfig, member));
  const named = [isFields(config) ? own(config, "LambdaArn") : undefined, legacy];
  return [...new Set(named.filter((arn) => typeof arn === "string"))];
}

/** The same triggers with another one for tokens, or none, by the newer member alone. */
export function withPreToken(lambdaConfig: Fields, preToken: PreToken | null): Fields {
  const others = withoutMembers(lambdaConfig);
  if (preToken === null) return others;
  const { functionArn, version } = preToken;
  return { ...others, PreTokenGenerationConfig: { LambdaVersion: version, LambdaArn: functionArn } };
}

/** The same triggers with the one for tokens as other triggers have it, member by member. */
export function withPreTokenOf(lambdaConfig: Fields, source: Fields): Fields {
  const taken = MEMBERS.filter((member) => Object.hasOwn(source, member));
  return { ...withoutMembers(lambdaConfig), ...Object.fromEntries(taken.map((member) => [member, source[member]])) };
}

/**
 * Triggers by what they mean: Cognito may tell one trigger by both members, whichever it was told by. Where they name two
 * functions they mean nothing but what they say.
 */
export function meaningOf(lambdaConfig: Fields): Fields {
  if (preTokenFunctions(lambdaConfig).length > 1) return lambdaConfig;
  return withPreToken(lambdaConfig, preTokenOf(lambdaConfig));
}

function withoutMembers(lambdaConfig: Fields): Fields {
  return Object.fromEntries(
    Object.entries(lambdaConfig).filter(([member]) => !(MEMBERS as readonly string[]).includes(member)),
  );
}
