import { type Fields, isFields, isNothing, own } from "../../cognito/own-fields.ts";
import { UserPoolError } from "./error.ts";
import { SETTING_DEFAULTS } from "./pool-settings-defaults.ts";

/** How a pool is configured, as DescribeUserPool and UpdateUserPool have it. Assumed: settings-inert. */
export type PoolSettings = {
  /** The pool as JSON; times are seconds since 1970. */
  readonly describe: () => Fields;
  /** @throws {UserPoolError} `InvalidParameterException`, `FeatureUnavailableInTierException`. */
  readonly update: (input: Fields) => void;
};

export type PoolSettingsOptions = {
  /** Whether a trigger told by one member of LambdaConfig is told by both. Assumed: pre-token-mirror. */
  readonly mirrorsTrigger?: boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
};

/** Keeps a pool's settings, which begin as `pool`: a description, of which what UpdateUserPool does not take stays. */
export function createPoolSettings(
  pool: Fields,
  { mirrorsTrigger = true, now = Date.now }: PoolSettingsOptions = {},
): PoolSettings {
  let fixed = Object.fromEntries(Object.entries(pool).filter(([name]) => !Object.hasOwn(SETTING_DEFAULTS, name)));
  let settings = withDefaults(pool);
  return {
    describe: () => ({
      ...fixed,
      ...settings,
      LambdaConfig: mirrorsTrigger ? mirrored(part(settings, "LambdaConfig")) : settings["LambdaConfig"],
      AdminCreateUserConfig: {
        ...part(settings, "AdminCreateUserConfig"),
        UnusedAccountValidityDays: validityOf(settings),
      },
    }),
    update: (input) => {
      refuseContradictions(input);
      settings = withDefaults(input);
      const name = own(input, "PoolName");
      fixed = { ...fixed, ...(isNothing(name) ? {} : { Name: name }), LastModifiedDate: Math.floor(now() / 1000) };
    },
  };
}

function withDefaults(given: Fields): Fields {
  return Object.fromEntries(
    Object.entries(SETTING_DEFAULTS)
      .map(([name, preset]) => [name, isNothing(own(given, name)) ? preset : given[name]] as const)
      .filter(([, value]) => !isNothing(value)),
  );
}

/** What one update may not say at once. The texts are Cognito's where users have reported them. */
function refuseContradictions(input: Fields): void {
  const { LegacyArn, ConfigArn, version } = triggerOf(part(input, "LambdaConfig"));
  if (LegacyArn !== undefined && ConfigArn !== undefined && LegacyArn !== ConfigArn) {
    throw invalid("PreTokenGeneration and PreTokenGenerationConfig name different functions");
  }
  const passwords = part(part(input, "Policies"), "PasswordPolicy");
  const admin = part(input, "AdminCreateUserConfig");
  if (![own(passwords, "TemporaryPasswordValidityDays"), own(admin, "UnusedAccountValidityDays")].some(isNothing)) {
    throw invalid("Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays");
  }
  const template = part(input, "VerificationMessageTemplate");
  for (const [older, newer] of [
    ["EmailVerificationMessage", "EmailMessage"],
    ["EmailVerificationSubject", "EmailSubject"],
    ["SmsVerificationMessage", "SmsMessage"],
  ] as const) {
    const both = [own(input, older), own(template, newer)];
    if (!both.some(isNothing) && both[0] !== both[1]) throw invalid(`${older} contradicts the template's ${newer}`);
  }
  if (own(input, "UserPoolTier") === "LITE" && (version === "V2_0" || version === "V3_0")) {
    throw new UserPoolError(
      "FeatureUnavailableInTierException",
      `${version} is not available on the Lite feature plan`,
    );
  }
}

function triggerOf(lambdaConfig: Fields): {
  readonly LegacyArn: unknown;
  readonly ConfigArn: unknown;
  readonly version: unknown;
} {
  const config = part(lambdaConfig, "PreTokenGenerationConfig");
  return {
    LegacyArn: own(lambdaConfig, "PreTokenGeneration") ?? undefined,
    ConfigArn: own(config, "LambdaArn") ?? undefined,
    version: own(config, "LambdaVersion"),
  };
}

function mirrored(lambdaConfig: Fields): Fields {
  const { LegacyArn, ConfigArn } = triggerOf(lambdaConfig);
  if (ConfigArn !== undefined) return { ...lambdaConfig, PreTokenGeneration: ConfigArn };
  if (LegacyArn === undefined) return lambdaConfig;
  return { ...lambdaConfig, PreTokenGenerationConfig: { LambdaVersion: "V1_0", LambdaArn: LegacyArn } };
}

/** Cognito tells the days of a temporary password by both of its names, whichever it was told by. */
function validityOf(settings: Fields): unknown {
  const days = own(part(part(settings, "Policies"), "PasswordPolicy"), "TemporaryPasswordValidityDays");
  return days ?? own(part(settings, "AdminCreateUserConfig"), "UnusedAccountValidityDays") ?? 7;
}

function part(holder: Fields, name: string): Fields {
  const value = own(holder, name);
  return isFields(value) ? value : {};
}

function invalid(message: string): UserPoolError {
  return new UserPoolError("InvalidParameterException", message);
}
