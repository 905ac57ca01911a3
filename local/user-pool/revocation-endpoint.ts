import { authenticateClient } from "./client-authentication.ts";
import { UserPoolError } from "./error.ts";
import { oauthError } from "./oauth-error.ts";
import { readForm, required } from "./oauth-form.ts";
import type { OAuthAnswer, OAuthRequest } from "./token-endpoint.ts";
import { revokeToken } from "./token-revocation.ts";
import type { UserPool } from "./user-pool.ts";

/**
 * `POST /oauth2/revoke`: ends the sign-in behind a refresh token. The body of a success is empty.
 * Sources: RFC 7009, section 2; Amazon Cognito developer guide, "The token revocation endpoint".
 */
export function answerRevocation(pool: UserPool, request: OAuthRequest): OAuthAnswer | { readonly status: 200 } {
  try {
    const form = readForm(request);
    revokeToken(pool, authenticateClient(pool, request.authorization, form), required(form, "token"));
    return { status: 200 };
  } catch (error) {
    if (!(error instanceof UserPoolError)) throw error;
    return { status: 400, body: oauthError(error) };
  }
}
