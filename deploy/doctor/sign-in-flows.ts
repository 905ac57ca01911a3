import type { PlanProfile } from "../../claims/plan.ts";
import type { ExportedClient } from "./pool-export.ts";

export type Grant = PlanProfile["grants"][number];

/** What a client without flows of its own has (API reference, `UserPoolClientType`). */
const DEFAULT_FLOWS: readonly string[] = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];

/** Flows that sign nobody in. */
const OTHER_FLOWS: ReadonlySet<string> = new Set(["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_CLIENT_TOKEN_AUTH"]);

/** Grants of the client at managed login and the token endpoint; none where it is not set up for these. */
export function oauthFlows({ AllowedOAuthFlowsUserPoolClient, AllowedOAuthFlows }: ExportedClient): readonly string[] {
  return AllowedOAuthFlowsUserPoolClient === true ? (AllowedOAuthFlows ?? []) : [];
}

/** Scopes it may ask for there. */
export function oauthScopes(client: ExportedClient): readonly string[] {
  return oauthFlows(client).length > 0 ? (client.AllowedOAuthScopes ?? []) : [];
}

/**
 * Flows of the user pools API that a client has. One for machines that lists none has the default ones too, by which
 * nobody means to sign in.
 */
export function apiFlows(client: ExportedClient): readonly string[] {
  const listed = client.ExplicitAuthFlows ?? [];
  if (listed.length > 0) return listed;
  return oauthFlows(client).includes("client_credentials") ? [] : DEFAULT_FLOWS;
}

/** Whom a client signs in: people, machines or both. */
export function grantsOf(client: ExportedClient): ReadonlySet<Grant> {
  const [oauth, api] = [oauthFlows(client), apiFlows(client)];
  const people = oauth.some((flow) => flow === "code" || flow === "implicit") || signInFlows(client).length > 0;
  const machines = oauth.includes("client_credentials") || api.includes("ALLOW_CLIENT_TOKEN_AUTH");
  return new Set<Grant>([
    ...(people ? (["user"] as const) : []),
    ...(machines ? (["client_credentials"] as const) : []),
  ]);
}

/** Flows of the API by which people sign in. */
export function signInFlows(client: ExportedClient): readonly string[] {
  return apiFlows(client).filter((flow) => !OTHER_FLOWS.has(flow));
}

export function rotatesRefreshTokens({ RefreshTokenRotation }: ExportedClient): boolean {
  return RefreshTokenRotation?.Feature === "ENABLED";
}

/**
 * Ways of getting tokens through a client that bring the trigger no client metadata, by name. Where tokens are rotated
 * there is no other refresh by the API than GetTokensFromRefreshToken, which brings it.
 *
 * Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger" and "The token issuer endpoint".
 */
export function flowsWithoutMetadata(client: ExportedClient): readonly string[] {
  const silent = [
    "USER_PASSWORD_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    ...(rotatesRefreshTokens(client) ? [] : ["ALLOW_REFRESH_TOKEN_AUTH"]),
  ];
  return [
    ...apiFlows(client).filter((flow) => silent.includes(flow)),
    ...oauthFlows(client).filter((flow) => flow !== "client_credentials"),
  ];
}
