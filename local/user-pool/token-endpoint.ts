import { isTexts } from "./api-input.ts";
import { type AppClient, showsItsSecret } from "./app-client.ts";
import { UserPoolError } from "./error.ts";
import { grantClientCredentials } from "./machine-grant.ts";
import { liveSignIn, type PersonTokens, renewedTokens } from "./person-tokens.ts";
import { mayRefresh } from "./token-refresh.ts";
import type { ClientMetadata } from "./trigger-request.ts";
import type { UserPool } from "./user-pool.ts";

/** A request to the token endpoint: its form and its headers, as received. */
export type TokenEndpointRequest = {
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
};

/** Status and JSON body. */
export type TokenEndpointAnswer = { readonly status: number; readonly body: object };

/**
 * `POST /oauth2/token` for `client_credentials` and `refresh_token`. Never rejects: every refusal is an answer, and
 * all of them have status 400, `invalid_client` too.
 *
 * Sources: RFC 6749, sections 2.3.1, 3.2 and 5.2; Amazon Cognito developer guide, "Token endpoint".
 */
export async function answerTokenRequest(pool: UserPool, request: TokenEndpointRequest): Promise<TokenEndpointAnswer> {
  try {
    return { status: 200, body: await grant(pool, request) };
  } catch (error) {
    if (!(error instanceof UserPoolError)) throw error;
    return { status: 400, body: oauthError(error) };
  }
}

async function grant(pool: UserPool, request: TokenEndpointRequest): Promise<object> {
  const form = readForm(request);
  const grantType = form.get("grant_type");
  const client = authenticateClient(pool, request.authorization, form);
  switch (grantType) {
    case "client_credentials": {
      const scopes =
        form
          .get("scope")
          ?.split(" ")
          .filter((scope) => scope !== "") ?? null;
      const { accessToken, expiresInS } = await grantClientCredentials(pool, client, {
        scopes,
        clientMetadata: readMetadata(form),
      });
      return { access_token: accessToken, expires_in: expiresInS, token_type: "Bearer" };
    }
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

/** Without the tokens there are none of. Source: RFC 6749, section 5.1; OpenID Connect Core 1.0, section 3.1.3.3. */
function tokenAnswer({ idToken, accessToken, refreshToken, expiresInS }: PersonTokens): object {
  return {
    ...(idToken === null ? {} : { id_token: idToken }),
    access_token: accessToken,
    ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
    expires_in: expiresInS,
    token_type: "Bearer",
  };
}

function readForm({ contentType, body }: TokenEndpointRequest): ReadonlyMap<string, string> {
  if (contentType?.split(";")[0]?.trim().toLowerCase() !== "application/x-www-form-urlencoded") {
    throw new UserPoolError("invalid_request", "the body must be a form");
  }
  const pairs = [...new URLSearchParams(body)];
  const form = new Map(pairs);
  if (form.size !== pairs.length) throw new UserPoolError("invalid_request", "a parameter is there twice");
  return form;
}

/** The client, by Basic credentials or by `client_id` and `client_secret` in the form; never by both. */
function authenticateClient(
  pool: UserPool,
  authorization: string | undefined,
  form: ReadonlyMap<string, string>,
): AppClient {
  const basic = authorization === undefined ? undefined : readBasic(authorization);
  if (basic !== undefined && form.has("client_secret")) {
    throw new UserPoolError("invalid_request", "credentials are there twice");
  }
  const id = basic?.id ?? required(form, "client_id");
  if (form.has("client_id") && form.get("client_id") !== id) {
    throw new UserPoolError("invalid_request", "client_id is not the client of the credentials");
  }
  const client = pool.clients.get(id);
  if (client === undefined || !showsItsSecret(client, basic?.secret ?? form.get("client_secret"))) {
    throw new UserPoolError("invalid_client", "unknown client or wrong secret");
  }
  return client;
}

function readBasic(authorization: string): { readonly id: string; readonly secret: string } {
  const [scheme = "", credentials = ""] = authorization.split(" ");
  const [id = "", ...secret] = Buffer.from(credentials, "base64").toString().split(":");
  if (scheme.toLowerCase() !== "basic" || secret.length === 0) {
    throw new UserPoolError("invalid_client", "the Authorization header is not Basic");
  }
  return { id, secret: secret.join(":") };
}

/** `aws_client_metadata`: a JSON object of strings, delivered to the trigger for machines only. */
function readMetadata(form: ReadonlyMap<string, string>): ClientMetadata | null {
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

function required(form: ReadonlyMap<string, string>, name: string): string {
  const value = form.get(name);
  if (value === undefined || value === "") throw new UserPoolError("invalid_request", `${name} is missing`);
  return value;
}

/** OAuth errors by their code alone; what a trigger did is told as a description. Assumed: token-endpoint-trigger-error. */
function oauthError({ code, message }: UserPoolError): object {
  switch (code) {
    case "invalid_client":
    case "invalid_grant":
    case "invalid_request":
    case "invalid_scope":
    case "unauthorized_client":
    case "unsupported_grant_type":
      return { error: code };
    case "NotAuthorizedException":
    case "RefreshTokenReuseException":
    case "UserNotFoundException":
      return { error: "invalid_grant" };
    default:
      return { error: "invalid_request", error_description: message };
  }
}
