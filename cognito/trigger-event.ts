import type { JsonValue } from "./json.ts";

/**
 * The Pre Token Generation trigger's event and response, versions V1, V2 and V3.
 *
 * `@types/aws-lambda` types added claims as strings only, groups as never null and V3 as machines only; what Cognito
 * sends and takes is wider. These types say what arrives. Everything Cognito owns may grow: nothing here is closed.
 *
 * Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger" and "Customizing user pool workflows
 * with Lambda triggers".
 *
 * Members that `@types/aws-lambda` declares as possibly undefined are so here too, so that its events fit.
 */

/** The sources AWS documents. Others may come; none is ever refused for its name. */
export type KnownTriggerSource =
  | "TokenGeneration_HostedAuth"
  | "TokenGeneration_Authentication"
  | "TokenGeneration_NewPasswordChallenge"
  | "TokenGeneration_AuthenticateDevice"
  | "TokenGeneration_RefreshTokens"
  | "TokenGeneration_ClientCredentials";

/** A person's groups and the IAM roles behind them, as the event carries them and as a response may replace them. */
export type GroupConfiguration = {
  readonly groupsToOverride?: readonly string[] | null | undefined;
  readonly iamRolesToOverride?: readonly string[] | null | undefined;
  /** A string or null by AWS's schema; AWS's own console sample sends an array. */
  readonly preferredRole?: string | readonly string[] | null | undefined;
};

/** The event, all versions in one shape: V1 has no `scopes`; machines have no attributes and null groups. */
export type TriggerEvent = {
  readonly version?: string;
  readonly triggerSource: KnownTriggerSource | (string & {});
  readonly region: string;
  readonly userPoolId: string;
  readonly userName: string;
  readonly callerContext: { readonly clientId: string; readonly awsSdkVersion?: string };
  readonly request: {
    readonly userAttributes?: { readonly [name: string]: string } | null;
    readonly groupConfiguration?: GroupConfiguration | null;
    readonly scopes?: readonly string[] | null | undefined;
    readonly clientMetadata?: { readonly [name: string]: string } | null | undefined;
  };
  readonly response?: TriggerResponse | null;
};

/** What the trigger may answer on a V1 pool: the ID token, and groups in both tokens. */
export type ClaimsOverrideDetails = {
  readonly claimsToAddOrOverride?: { readonly [name: string]: string } | undefined;
  readonly claimsToSuppress?: readonly string[] | undefined;
  readonly groupOverrideDetails?: GroupConfiguration | null | undefined;
};

/** Changes to one token of a V2 or V3 pool. */
export type TokenGeneration = {
  readonly claimsToAddOrOverride?: { readonly [name: string]: JsonValue } | undefined;
  readonly claimsToSuppress?: readonly string[] | undefined;
};

/** Changes to the access token, which alone carries scopes. */
export type AccessTokenGeneration = TokenGeneration & {
  readonly scopesToAdd?: readonly string[] | undefined;
  readonly scopesToSuppress?: readonly string[] | undefined;
};

/** What the trigger may answer on a V2 or V3 pool. */
export type ClaimsAndScopeOverrideDetails = {
  readonly idTokenGeneration?: TokenGeneration | null | undefined;
  readonly accessTokenGeneration?: AccessTokenGeneration | null | undefined;
  readonly groupOverrideDetails?: GroupConfiguration | null | undefined;
};

/** The response part of an event, going in (null members) and coming out. */
export type TriggerResponse = {
  readonly claimsOverrideDetails?: ClaimsOverrideDetails | null;
  readonly claimsAndScopeOverrideDetails?: ClaimsAndScopeOverrideDetails | null;
};
