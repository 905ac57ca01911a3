import type { AppClient } from "./app-client.ts";
import { UserPoolError } from "./error.ts";
import type { UserPool } from "./user-pool.ts";

/**
 * Ends the sign-in behind a refresh token, and with it every access token that came of it. A token nobody knows is
 * answered like one that was revoked (RFC 7009, section 2.2).
 * Assumed: revocation-texts.
 *
 * @throws {UserPoolError} `UnsupportedOperationException` where the client has revocation switched off,
 * `UnsupportedTokenTypeException` for an access or ID token, `UnauthorizedException` for another client's token.
 */
export function revokeToken(pool: UserPool, client: AppClient, token: string): void {
  if (client.revocation === false) {
    throw new UserPoolError("UnsupportedOperationException", "Token revocation is disabled for the client");
  }
  // Only signed tokens have dots; refresh tokens here have none.
  if (token.includes(".")) throw new UserPoolError("UnsupportedTokenTypeException", "Unsupported token type");
  const found = pool.signIns.find(token);
  if (found.state !== "live") return;
  if (found.signIn.clientId !== client.id) {
    throw new UserPoolError("UnauthorizedException", "The token belongs to another client");
  }
  pool.signIns.end(found.signIn);
}
