import { ADMIN_SCOPE } from "../../cognito/standard-attributes.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import { UserPoolError } from "./error.ts";
import type { PoolUser } from "./user-directory.ts";
import type { UserPool } from "./user-pool.ts";

/** A person's access token that Cognito would still accept. */
export type AccessToken = {
  readonly user: PoolUser;
  readonly scopes: readonly string[];
  /** The device that the sign-in took place on; null where devices are not tracked. */
  readonly deviceKey: string | null;
};

/**
 * Reads an access token as Cognito does: signed by this pool's own key, for access, not expired, its sign-in not ended,
 * its person not disabled. Resource servers that check signature and expiry alone go on accepting a revoked one.
 *
 * @throws {UserPoolError} `NotAuthorizedException`.
 */
export async function readAccessToken(pool: UserPool, accessToken: string): Promise<AccessToken> {
  const claims = await pool.keys.readAccessToken(accessToken).catch((): TokenClaims => ({}));
  const { token_use: use, username, exp, scope, origin_jti: originJti } = claims;
  const user = use === "access" && typeof username === "string" ? pool.directory.find(username) : undefined;
  if (user === undefined || typeof exp !== "number") throw refused("Invalid Access Token");
  if (pool.now() >= exp * 1000) throw refused("Access Token has expired");
  if (typeof originJti !== "string" || !pool.signIns.isLive(originJti)) throw refused("Access Token has been revoked");
  if (!user.enabled) throw refused("User is disabled.");
  const { device_key: device } = claims;
  return {
    user,
    scopes: typeof scope === "string" ? scope.split(" ") : [],
    deviceKey: typeof device === "string" ? device : null,
  };
}

/**
 * The person an access token belongs to, if it lets its bearer read and change the profile.
 *
 * @throws {UserPoolError} `NotAuthorizedException`, for a token without the scope too.
 */
export async function selfServiceUser(pool: UserPool, accessToken: string): Promise<PoolUser> {
  const { user, scopes } = await readAccessToken(pool, accessToken);
  if (scopes.includes(ADMIN_SCOPE)) return user;
  throw refused("Access Token does not have required scopes");
}

function refused(message: string): UserPoolError {
  return new UserPoolError("NotAuthorizedException", message);
}
