import { type AppClient, checkClientSecret } from "./app-client.ts";
import { UserPoolError } from "./error.ts";
import { type IssuedTokens, issueTokens, newMarks } from "./token-issue.ts";
import type { ClientMetadata } from "./trigger-request.ts";
import { getClient, type UserPool } from "./user-pool.ts";

/**
 * The client credentials grant: an access token for a client whose secret was checked.
 * Asked for no scope, it gets all of its own. Assumed: invalid-scope.
 * Sources: RFC 6749, section 3.3; Amazon Cognito developer guide, "Token endpoint".
 *
 * @throws {UserPoolError} `unauthorized_client` or `invalid_scope`; whatever a failing trigger makes of it.
 */
export async function grantClientCredentials(
  pool: UserPool,
  client: AppClient,
  asked: { readonly scopes: readonly string[] | null; readonly clientMetadata: ClientMetadata | null },
): Promise<IssuedTokens> {
  if (!client.flows.includes("client_credentials")) {
    throw new UserPoolError("unauthorized_client", "the client may not use client_credentials");
  }
  const scopes = grantedScopes(client, asked.scopes);
  if (scopes === null) {
    throw new UserPoolError("invalid_scope", "the client may not ask for one of these scopes");
  }
  return machineTokens(pool, client, scopes, asked.clientMetadata);
}

/**
 * GetClientToken: the same token without a domain, for clients of that one flow. Its metadata reaches the trigger.
 * Assumed: client-token-refusals.
 *
 * @throws {UserPoolError} `NotAuthorizedException`, `InvalidParameterException` or `ResourceNotFoundException`;
 * whatever a failing trigger makes of it.
 */
export async function getClientToken(
  pool: UserPool,
  given: {
    readonly clientId: string;
    readonly secret: string;
    readonly scopes: readonly string[] | null;
    readonly clientMetadata: ClientMetadata | null;
  },
): Promise<IssuedTokens> {
  const client = getClient(pool, given.clientId);
  checkClientSecret(client, given.secret, "NotAuthorizedException");
  if (!client.flows.includes("ALLOW_CLIENT_TOKEN_AUTH")) {
    throw new UserPoolError("InvalidParameterException", "Auth flow not enabled for this client");
  }
  const scopes = grantedScopes(client, given.scopes);
  if (scopes === null) throw new UserPoolError("InvalidParameterException", "Invalid scope for this client");
  return machineTokens(pool, client, scopes, given.clientMetadata);
}

/** The scopes a machine gets; null where it asks for one it may not have. */
function grantedScopes({ allowedScopes }: AppClient, asked: readonly string[] | null): readonly string[] | null {
  const scopes = [...new Set(asked ?? allowedScopes)];
  return scopes.every((scope) => allowedScopes.includes(scope)) ? scopes : null;
}

async function machineTokens(
  pool: UserPool,
  client: AppClient,
  scopes: readonly string[],
  clientMetadata: ClientMetadata | null,
): Promise<IssuedTokens> {
  const request = { source: "TokenGeneration_ClientCredentials", scopes, person: null, clientMetadata } as const;
  return issueTokens(pool, client, request, newMarks(pool));
}
