import { ADMIN_SCOPE } from "../../cognito/standard-attributes.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import { UserPoolError } from "./error.ts";
import type { PoolUser } from "./user-directory.ts";
import type { UserPool } from "./user-pool.ts";

/**
 * The person an access token belongs to, if it may be used to read the profile.
 *
 * @throws {UserPoolError} `NotAuthorizedException` for a token of others, an old one, or one without the scope.
 */
export async function readOwnProfile(pool: UserPool, accessToken: string): Promise<PoolUser> {
  const claims = await pool.keys.readAccessToken(accessToken).catch((): TokenClaims => ({}));
  const { token_use: use, username, exp, scope } = claims;
  const user = use === "access" && typeof username === "string" ? pool.directory.find(username) : undefined;
  if (user === undefined || typeof exp !== "number") throw refused("Invalid Access Token");
  if (pool.now() >= exp * 1000) throw refused("Access Token has expired");
  if (typeof scope === "string" && scope.split(" ").includes(ADMIN_SCOPE)) return user;
  throw refused("Access Token does not have required scopes");
}

function refused(message: string): UserPoolError {
  return new UserPoolError("NotAuthorizedException", message);
}
