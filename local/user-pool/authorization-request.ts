import type { AppClient } from "./app-client.ts";
import { UserPoolError } from "./error.ts";
import { listOf, type Parameters, readParameters } from "./oauth-form.ts";
import type { UserPool } from "./user-pool.ts";

/** What an application asks of the authorize endpoint. */
export type AuthorizationRequest = {
  readonly client: AppClient;
  readonly redirectUri: string;
  /** Given back as it came. */
  readonly state: string | null;
  readonly scopes: readonly string[];
  /** S256 of the verifier. */
  readonly codeChallenge: string | null;
  readonly nonce: string | null;
  /** `none` never shows a page, `login` always does. */
  readonly prompt: string | null;
  readonly loginHint: string | null;
};

/** A request, or where its refusal goes: back to the application, or onto a page of our own. */
export type ReadRequest =
  | { readonly kind: "request"; readonly request: AuthorizationRequest }
  | { readonly kind: "redirect"; readonly location: string }
  | { readonly kind: "page"; readonly error: string };

/** Scopes that mean nothing without `openid`. */
const openIdScopes: readonly string[] = ["email", "phone", "profile"];

/**
 * Reads and checks an authorization request. Nobody is sent to a redirect_uri that the client did not register.
 * Sources: RFC 6749, section 4.1; RFC 7636, section 4.4.1; Amazon Cognito developer guide, "Authorize endpoint".
 */
export function readAuthorizationRequest(pool: UserPool, query: URLSearchParams): ReadRequest {
  let parameters: Parameters;
  try {
    parameters = readParameters(query);
  } catch {
    return { kind: "page", error: "invalid_request" };
  }
  const client = pool.clients.get(parameters.get("client_id") ?? "");
  if (client === undefined) return { kind: "page", error: "invalid_client" };
  const redirectUri = parameters.get("redirect_uri") ?? "";
  if (client.callbackUrls?.includes(redirectUri) !== true) return { kind: "page", error: "redirect_mismatch" };
  const state = parameters.get("state") ?? null;
  try {
    checkResponseType(client, parameters);
    const request = {
      client,
      redirectUri,
      state,
      scopes: readScopes(client, parameters),
      codeChallenge: readChallenge(client, parameters),
      nonce: parameters.get("nonce") ?? null,
      prompt: parameters.get("prompt") ?? null,
      loginHint: parameters.get("login_hint") ?? null,
    };
    return { kind: "request", request };
  } catch (error) {
    if (!(error instanceof UserPoolError)) throw error;
    const { code, message } = error;
    return {
      kind: "redirect",
      location: locationOf({ redirectUri, state }, { error_description: message, error: code }),
    };
  }
}

/** Where the browser goes with an answer. A query that the redirect_uri has stays. */
export function locationOf(
  { redirectUri, state }: Pick<AuthorizationRequest, "redirectUri" | "state">,
  answer: { readonly [name: string]: string },
): string {
  const location = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) location.searchParams.set(name, value);
  if (state !== null) location.searchParams.set("state", state);
  return location.href;
}

function checkResponseType({ flows }: AppClient, parameters: Parameters): void {
  const type = parameters.get("response_type");
  if (type === undefined) throw new UserPoolError("invalid_request", "response_type is missing");
  if (type !== "code" && type !== "token") throw new UserPoolError("unsupported_response_type", "use code");
  if (type === "token" || !flows.includes("code")) {
    throw new UserPoolError("unauthorized_client", "the client may not use this response_type");
  }
  const provider = parameters.get("identity_provider") ?? "COGNITO";
  if (provider !== "COGNITO") throw new UserPoolError("invalid_request", "there is no such identity provider");
}

/** Asked for no scope, a client gets all of its own. */
function readScopes({ allowedScopes }: AppClient, parameters: Parameters): readonly string[] {
  const scopes = [...new Set(listOf(parameters, "scope") ?? allowedScopes)];
  if (scopes.some((scope) => !allowedScopes.includes(scope))) {
    throw new UserPoolError("invalid_scope", "the client may not ask for one of these scopes");
  }
  if (!scopes.includes("openid") && scopes.some((scope) => openIdScopes.includes(scope))) {
    throw new UserPoolError("invalid_scope", "email, phone and profile need openid");
  }
  return scopes;
}

/** Public clients have to use PKCE, which Cognito leaves to them. Assumed: pkce-required. */
function readChallenge({ secret }: AppClient, parameters: Parameters): string | null {
  const [challenge, method] = [parameters.get("code_challenge"), parameters.get("code_challenge_method")];
  if (challenge === undefined && method === undefined) {
    if (secret !== undefined) return null;
    throw new UserPoolError("invalid_request", "a client without a secret needs a code_challenge");
  }
  if (method !== "S256") throw new UserPoolError("invalid_request", "code_challenge_method must be S256");
  if (challenge !== undefined && /^[A-Za-z0-9_-]{43}$/.test(challenge)) return challenge;
  throw new UserPoolError("invalid_request", "code_challenge must be 43 characters of base64url");
}
