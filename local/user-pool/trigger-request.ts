import type { PoolVersion } from "../../cognito/simulator.ts";
import type { GroupConfiguration, KnownTriggerSource, TriggerEvent } from "../../cognito/trigger-event.ts";
import type { PoolUser } from "./user-directory.ts";

/** The pool as events name it. */
export type EventPool = { readonly poolId: string; readonly region: string; readonly lambdaVersion: PoolVersion };

/** Text the caller sent along. */
export type ClientMetadata = { readonly [name: string]: string };

/** Whom tokens are for, and why. */
export type TokenRequest = {
  readonly source: KnownTriggerSource;
  readonly scopes: readonly string[];
  /** Null for a machine. */
  readonly person: { readonly user: PoolUser; readonly groups: GroupConfiguration } | null;
  /** Only what reaches the trigger: metadata of InitiateAuth does not. */
  readonly clientMetadata: ClientMetadata | null;
};

/**
 * The event a pool of this version sends: V1 tells no scopes, machines have no attributes and null groups, and without
 * metadata there is no `clientMetadata` at all. Assumed: machine-metadata-absent, sdk-version.
 *
 * Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger" and "Token endpoint".
 */
export function tokenGenerationEvent(pool: EventPool, clientId: string, request: TokenRequest): TriggerEvent {
  const { source, scopes, person, clientMetadata } = request;
  const v1 = pool.lambdaVersion === "V1";
  return {
    version: pool.lambdaVersion.slice(1),
    triggerSource: source,
    region: pool.region,
    userPoolId: pool.poolId,
    userName: person?.user.username ?? "ClientCredentials",
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId },
    request: {
      userAttributes: person === null ? {} : eventAttributes(person.user),
      groupConfiguration: person?.groups ?? null,
      ...(v1 ? {} : { scopes }),
      ...(clientMetadata === null ? {} : { clientMetadata }),
    },
    response: v1 ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null },
  };
}

function eventAttributes({ sub, status, attributes }: PoolUser): { readonly [name: string]: string } {
  return Object.fromEntries([["sub", sub], ["cognito:user_status", status], ...attributes]);
}
