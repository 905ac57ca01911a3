import type { AppClient } from "./app-client.ts";
import { UserPoolError } from "./error.ts";
import { type IssuedTokens, issueTokens, newMarks } from "./token-issue.ts";
import type { ClientMetadata } from "./trigger-request.ts";
import type { UserPool } from "./user-pool.ts";

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
  const scopes = [...new Set(asked.scopes ?? client.allowedScopes)];
  if (scopes.some((scope) => !client.allowedScopes.includes(scope))) {
    throw new UserPoolError("invalid_scope", "the client may not ask for one of these scopes");
  }
  return issueTokens(
    pool,
    client,
    {
      source: "TokenGeneration_ClientCredentials",
      scopes,
      person: null,
      clientMetadata: asked.clientMetadata,
    },
    newMarks(pool),
  );
}
