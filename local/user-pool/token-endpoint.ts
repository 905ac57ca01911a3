import { isTexts } from "./api-input.ts";
import { type CodeRedemption, redeemCode } from "./authorization-code.ts";
import { authenticateClient } from "./client-authentication.ts";
import { UserPoolError } from "./error.ts";
import { grantClientCredentials } from "./machine-grant.ts";
import { oauthError } from "./oauth-error.ts";
import { listOf, type Parameters, readForm, required } from "./oauth-form.ts";
import { liveSignIn, type PersonTokens, renewedTokens } from "./person-tokens.ts";
import { mayRefresh } from "./token-refresh.ts";
import type { ClientMetadata } from "./trigger-request.ts";
import type { UserPool } from "./user-pool.ts";

/** A request to an OAuth endpoint: its form and its headers, as received. */
export type OAuthRequest = {
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
};

/** Status and JSON body. */
export type OAuthAnswer = { readonly status: number; readonly body: object };

/**
 * `POST /oauth2/token` for `client_credentials`, `authorization_code` and `refresh_token`. Every refusal is an answer
 * with status 400, `invalid_client` too.
 *
 * Sources: RFC 6749, sections 3.2 and 5.2; Amazon Cognito developer guide, "Token endpoint".
 */
export async function answerTokenRequest(pool: UserPool, request: OAuthRequest): Promise<OAuthAnswer> {
  try {
    return { status: 200, body: await grant(pool, request) };
  } catch (error) {
    if (!(error instanceof UserPoolError)) throw error;
    return { status: 400, body: oauthError(error) };
  }
}

async function grant(pool: UserPool, request: OAuthRequest): Promise<object> {
  const form = readForm(request);
  const grantType = form.get("grant_type");
  const client = authenticateClient(pool, request.authorization, form);
  switch (grantType) {
    case "client_credentials": {
      const { accessToken, expiresInS } = await grantClientCredentials(pool, client, {
        scopes: listOf(form, "scope"),
        clientMetadata: readMetadata(form),
      });
      return { access_token: accessToken, expires_in: expiresInS, token_type: "Bearer" };
    }
    // aws_client_metadata is accepted here and goes no further.
    case "authorization_code":
      return tokenAnswer(await redeemCode(pool, client, readRedemption(form)));
    case "refresh_token": {
      // Assumed: refresh-at-both-doors.
      if (!mayRefresh(client)) throw new UserPoolError("unauthorized_client", "the client may not refresh");
      const refreshToken = required(form, "refresh_token");
      const signIn = liveSignIn(pool, client, refreshToken);
      const asked = { source: "TokenGeneration_RefreshTokens", clientMetadata: null } as const;
      return tokenAnswer(await renewedTokens(pool, client, { signIn, refreshToken }, asked));
    }
    case undefined:
      throw new UserPoolError("invalid_request", "grant_type is missing");
    default:
      throw new UserPoolError("unsupported_grant_type", "this grant is not served here");
  }
}

/** Tokens there are none of are left out (RFC 6749, section 5.1; OpenID Connect Core 1.0, section 3.1.3.3). */
function tokenAnswer({ idToken, accessToken, refreshToken, expiresInS }: PersonTokens): object {
  return {
    ...(idToken === null ? {} : { id_token: idToken }),
    access_token: accessToken,
    ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
    expires_in: expiresInS,
    token_type: "Bearer",
  };
}

function readRedemption(form: Parameters): CodeRedemption {
  return {
    code: required(form, "code"),
    redirectUri: required(form, "redirect_uri"),
    codeVerifier: form.get("code_verifier") ?? null,
  };
}

/** `aws_client_metadata`: a JSON object of strings, delivered to the trigger for machines only. */
function readMetadata(form: Parameters): ClientMetadata | null {
  const text = form.get("aws_client_metadata");
  if (text === undefined) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (isTexts(value)) return value;
  } catch {
    // Refused below, like any other text that is no such object.
  }
  throw new UserPoolError("invalid_request", "aws_client_metadata must be a JSON object of strings");
}
