import type { UserPoolError } from "./error.ts";

/** What an OAuth endpoint answers when it refuses (RFC 6749, section 5.2). */
export type OAuthErrorBody = { readonly error: string; readonly error_description?: string };

/**
 * The body of a refusal at an OAuth endpoint: the code alone, but for what a trigger did, which is told as a
 * description. Assumed: token-endpoint-trigger-error.
 */
export function oauthError({ code, message }: UserPoolError): OAuthErrorBody {
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
    case "UnauthorizedException":
      return { error: "unauthorized_client" };
    case "UnsupportedOperationException":
      return { error: "invalid_request" };
    case "UnsupportedTokenTypeException":
      return { error: "unsupported_token_type" };
    default:
      return { error: "invalid_request", error_description: message };
  }
}
