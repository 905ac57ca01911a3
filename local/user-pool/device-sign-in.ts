import { checkSecretHash } from "./app-client.ts";
import { firstTokens } from "./person-tokens.ts";
import { apiScopes, checkMayComeIn, type SignInAnswer } from "./sign-in.ts";
import { closeSrpChallenge, incorrect, openSrpChallenge, type SrpAnswer } from "./srp-sign-in.ts";
import type { ClientMetadata } from "./trigger-request.ts";
import { getClient, type UserPool } from "./user-pool.ts";

/**
 * The answer to DEVICE_SRP_AUTH: opens an exchange about the device's own secret. The session is of the sign-in whose
 * password was right, and good for one exchange. Assumed: device-session.
 *
 * @throws {UserPoolError} `NotAuthorizedException`, `ResourceNotFoundException` or `InvalidParameterException`.
 */
export function startDeviceSrp(
  pool: UserPool,
  given: {
    readonly clientId: string;
    readonly session: string;
    readonly username: string;
    readonly deviceKey: string;
    readonly clientPublic: string;
    readonly secretHash?: string | undefined;
  },
): SignInAnswer {
  const client = getClient(pool, given.clientId);
  checkSecretHash(client, given.username, given.secretHash);
  const found = pool.deviceSessions.find(given.session);
  pool.deviceSessions.forget(given.session);
  if (pool.devices === null || found.state !== "live") throw incorrect();
  const { username, clientId, deviceKey } = found.value;
  const isMeant = clientId === client.id && deviceKey === given.deviceKey;
  if (!isMeant || pool.directory.find(given.username)?.username !== username) throw incorrect();
  const device = pool.devices.get(username, deviceKey);
  const whom = { realm: device.groupKey, id: device.key, username, deviceKey };
  const parameters = openSrpChallenge(pool, client, whom, device.verifier, given.clientPublic);
  return { kind: "device verifier", parameters, username };
}

/**
 * The answer to DEVICE_PASSWORD_VERIFIER, which ends the sign-in. Its metadata reaches the trigger.
 *
 * @throws {UserPoolError} `NotAuthorizedException`, `ResourceNotFoundException` or `InvalidParameterException`.
 */
export async function answerDeviceVerifier(
  pool: UserPool,
  given: SrpAnswer & { readonly deviceKey: string; readonly clientMetadata: ClientMetadata | null },
): Promise<SignInAnswer> {
  const client = getClient(pool, given.clientId);
  checkSecretHash(client, given.username, given.secretHash);
  const user = pool.directory.find(given.username);
  if (user === undefined || pool.devices === null) throw incorrect();
  const { key, groupKey } = pool.devices.get(user.username, given.deviceKey);
  // No other device has this group key.
  if (closeSrpChallenge(pool, client, groupKey, given) === null) throw incorrect();
  checkMayComeIn(user);
  const source = "TokenGeneration_AuthenticateDevice" as const;
  const asked = { source, scopes: apiScopes, clientMetadata: given.clientMetadata };
  return { kind: "tokens", tokens: await firstTokens(pool, client, user, asked, key) };
}
