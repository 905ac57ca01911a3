import { type AppClient, lifetimesOf } from "./app-client.ts";
import type { NewDevice } from "./devices.ts";
import { UserPoolError } from "./error.ts";
import { groupConfiguration } from "./groups.ts";
import type { SignIn } from "./sign-ins.ts";
import {
  type AgreedTokens,
  agreeOnTokens,
  issueTokens,
  newMarks,
  type SignInMarks,
  signTokens,
} from "./token-issue.ts";
import type { TokenRequest } from "./trigger-request.ts";
import type { PoolUser } from "./user-directory.ts";
import type { UserPool } from "./user-pool.ts";

/** A person's tokens. A refresh brings a new refresh token only where the client has them rotated. */
export type PersonTokens = {
  readonly accessToken: string;
  readonly idToken: string | null;
  readonly refreshToken: string | null;
  readonly expiresInS: number;
  /** At the first sign-in on a device, where the pool tracks devices. */
  readonly newDevice?: NewDevice;
};

/**
 * The tokens of a sign-in that takes place now: on the device with this key, or on one that is told its key. Assumed:
 * device-of-token.
 *
 * @throws {UserPoolError} whatever a failing trigger makes of it.
 */
export async function firstTokens(
  pool: UserPool,
  client: AppClient,
  user: PoolUser,
  asked: Pick<TokenRequest, "source" | "scopes" | "clientMetadata">,
  rememberedKey?: string,
): Promise<PersonTokens> {
  const newDevice = rememberedKey === undefined ? pool.devices?.issue(user.username) : undefined;
  const deviceKey = rememberedKey ?? newDevice?.key;
  const marks = { ...newMarks(pool), ...(deviceKey === undefined ? {} : { deviceKey }) };
  const tokens = await startSignIn(pool, user.username, await agreeWithTrigger(pool, client, user, asked, marks));
  return newDevice === undefined ? tokens : { ...tokens, newDevice };
}

/** What the trigger makes of a person's sign-in. @throws {UserPoolError} whatever a failing trigger makes of it. */
export async function agreeWithTrigger(
  pool: UserPool,
  client: AppClient,
  user: PoolUser,
  asked: Pick<TokenRequest, "source" | "scopes" | "clientMetadata">,
  marks: SignInMarks,
): Promise<AgreedTokens> {
  return agreeOnTokens(pool, client, { ...asked, person: personOf(pool, user) }, marks);
}

/** Signs the tokens the trigger agreed to; from here on they can be refreshed and revoked. */
export async function startSignIn(
  pool: UserPool,
  username: string,
  agreed: AgreedTokens,
  nonce?: string,
): Promise<PersonTokens> {
  const { client, scopes, marks } = agreed;
  const tokens = await signTokens(pool, agreed, nonce);
  const signIn: SignIn = { username, clientId: client.id, scopes, marks };
  return { ...tokens, refreshToken: pool.signIns.begin(signIn, lifetimesOf(client).refresh) };
}

/**
 * New tokens for the sign-in behind a refresh token. The trigger makes the claims anew; the scopes are those of the
 * sign-in, whatever it made of them. Until it has answered, the refresh token is as good as before.
 * Assumed: failed-refresh-keeps-token, refresh-scopes.
 *
 * @throws {UserPoolError} `RefreshTokenReuseException`; whatever a failing trigger makes of it.
 */
export async function renewedTokens(
  pool: UserPool,
  client: AppClient,
  { signIn, refreshToken }: { readonly signIn: SignIn; readonly refreshToken: string },
  asked: Pick<TokenRequest, "source" | "clientMetadata">,
): Promise<PersonTokens> {
  const user = pool.directory.get(signIn.username);
  const { scopes, marks } = signIn;
  const tokens = await issueTokens(pool, client, { ...asked, scopes, person: personOf(pool, user) }, marks);
  if (client.rotation === undefined) return { ...tokens, refreshToken: null };
  const next = pool.signIns.rotate(refreshToken, client.rotation.graceS);
  // Another request was faster while the trigger worked.
  if (next === null) throw reused();
  return { ...tokens, refreshToken: next };
}

/**
 * The sign-in behind a refresh token of this client. Assumed: reuse-ends-nothing, refresh-texts.
 *
 * @throws {UserPoolError} `NotAuthorizedException` or `RefreshTokenReuseException`.
 */
export function liveSignIn(pool: UserPool, client: AppClient, refreshToken: string): SignIn {
  const found = pool.signIns.find(refreshToken);
  if (found.state === "live" && found.signIn.clientId === client.id) return found.signIn;
  switch (found.state) {
    case "expired":
      throw new UserPoolError("NotAuthorizedException", "Refresh Token has expired");
    case "revoked":
      throw new UserPoolError("NotAuthorizedException", "Refresh Token has been revoked");
    case "rotated":
      throw reused();
    default:
      throw new UserPoolError("NotAuthorizedException", "Invalid Refresh Token");
  }
}

function reused(): UserPoolError {
  return new UserPoolError("RefreshTokenReuseException", "Refresh Token has been rotated");
}

function personOf(pool: UserPool, user: PoolUser): TokenRequest["person"] {
  return { user, groups: groupConfiguration(pool.directory.groupsOf(user)) };
}
