import { type AppClient, checkClientSecret, checkSecretHash } from "./app-client.ts";
import { UserPoolError } from "./error.ts";
import { liveSignIn, type PersonTokens, renewedTokens } from "./person-tokens.ts";
import type { SignIn } from "./sign-ins.ts";
import type { ClientMetadata } from "./trigger-request.ts";
import { getClient, type UserPool } from "./user-pool.ts";

/**
 * REFRESH_TOKEN_AUTH, which clients with rotation cannot have. No metadata reaches the trigger. Assumed: refresh-source.
 *
 * @throws {UserPoolError} `NotAuthorizedException`, or `InvalidParameterException` for a client without the flow.
 */
export async function refreshByFlow(
  pool: UserPool,
  given: {
    readonly clientId: string;
    readonly refreshToken: string;
    readonly deviceKey?: string | undefined;
    readonly secretHash?: string | undefined;
  },
): Promise<PersonTokens> {
  const client = getClient(pool, given.clientId);
  if (!client.flows.includes("ALLOW_REFRESH_TOKEN_AUTH")) {
    throw new UserPoolError("InvalidParameterException", "Auth flow not enabled for this client");
  }
  const signIn = liveSignIn(pool, client, given.refreshToken);
  checkDevice(signIn, given.deviceKey);
  // The hash is made with the username itself; the email address someone typed at sign-in does not do.
  checkSecretHash(client, signIn.username, given.secretHash);
  const asked = { source: "TokenGeneration_RefreshTokens", clientMetadata: null } as const;
  return renewedTokens(pool, client, { signIn, refreshToken: given.refreshToken }, asked);
}

/**
 * GetTokensFromRefreshToken, with rotation where the client has it. Here the metadata does reach the trigger.
 * Assumed: get-tokens-source.
 *
 * @throws {UserPoolError} `NotAuthorizedException` or `RefreshTokenReuseException`; `InvalidParameterException` for a
 * client that may not refresh.
 */
export async function refreshByOperation(
  pool: UserPool,
  given: {
    readonly clientId: string;
    readonly refreshToken: string;
    readonly clientSecret: string | undefined;
    readonly deviceKey: string | undefined;
    readonly clientMetadata: ClientMetadata | null;
  },
): Promise<PersonTokens> {
  const client = getClient(pool, given.clientId);
  checkClientSecret(client, given.clientSecret, "NotAuthorizedException");
  if (!mayRefresh(client)) {
    throw new UserPoolError("InvalidParameterException", "Auth flow not enabled for this client");
  }
  const signIn = liveSignIn(pool, client, given.refreshToken);
  checkDevice(signIn, given.deviceKey);
  const asked = { source: "TokenGeneration_Authentication", clientMetadata: given.clientMetadata } as const;
  return renewedTokens(pool, client, { signIn, refreshToken: given.refreshToken }, asked);
}

/** Where devices are tracked, the key of the sign-in's device goes with its refresh token. Assumed: device-refresh. */
function checkDevice({ marks }: SignIn, deviceKey: string | undefined): void {
  if (marks.deviceKey === undefined || marks.deviceKey === deviceKey) return;
  throw new UserPoolError("NotAuthorizedException", "Invalid Refresh Token");
}

/** Whether a client may refresh where rotation does not matter: by its operation and at the token endpoint. */
export function mayRefresh({ flows, rotation }: AppClient): boolean {
  return rotation !== undefined || flows.includes("ALLOW_REFRESH_TOKEN_AUTH");
}
