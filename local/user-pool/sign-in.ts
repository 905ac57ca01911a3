import { ADMIN_SCOPE } from "../../cognito/standard-attributes.ts";
import { type AppClient, type ClientFlow, checkSecretHash, lifetimesOf } from "./app-client.ts";
import { UserPoolError } from "./error.ts";
import { groupConfiguration } from "./groups.ts";
import { issueTokens, newMarks } from "./token-issue.ts";
import type { ClientMetadata } from "./trigger-request.ts";
import type { PoolUser } from "./user-directory.ts";
import { getClient, type SignIn, type UserPool } from "./user-pool.ts";

/** A person's tokens. A refresh brings no new refresh token. */
export type PersonTokens = {
  readonly accessToken: string;
  readonly idToken: string | null;
  readonly refreshToken: string | null;
  readonly expiresInS: number;
};

/** Tokens, or the one challenge this pool knows. */
export type SignInAnswer =
  | { readonly kind: "tokens"; readonly tokens: PersonTokens }
  | { readonly kind: "new password required"; readonly session: string; readonly user: PoolUser };

/** The one scope of every sign-in by API. Source: Amazon Cognito developer guide, "Scopes, M2M, and resource servers". */
const apiScopes: readonly string[] = [ADMIN_SCOPE];

/** AuthSessionValidity's default. */
const challengeS = 180;

/**
 * USER_PASSWORD_AUTH. Takes no metadata: what InitiateAuth is given never reaches this trigger.
 *
 * @throws {UserPoolError} `NotAuthorizedException`, the same for an unknown person and a wrong password.
 */
export async function signInByPassword(
  pool: UserPool,
  given: {
    readonly clientId: string;
    readonly username: string;
    readonly password: string;
    readonly secretHash?: string | undefined;
  },
): Promise<SignInAnswer> {
  const client = clientWith(
    pool,
    given.clientId,
    "ALLOW_USER_PASSWORD_AUTH",
    "USER_PASSWORD_AUTH flow not enabled for this client",
  );
  checkSecretHash(client, given.username, given.secretHash);
  const user = pool.directory.authenticate(given.username, given.password);
  if (user === undefined) throw new UserPoolError("NotAuthorizedException", "Incorrect username or password.");
  if (user.status === "FORCE_CHANGE_PASSWORD") {
    const session = pool.challenges.issue({ username: user.username, clientId: client.id }, challengeS);
    return { kind: "new password required", session, user };
  }
  return { kind: "tokens", tokens: await firstTokens(pool, client, user, "TokenGeneration_Authentication", null) };
}

/**
 * The answer to NEW_PASSWORD_REQUIRED. Its metadata does reach the trigger. Assumed: new-password-kept.
 *
 * @throws {UserPoolError} `NotAuthorizedException` for a session that is over, used or another's;
 * `InvalidPasswordException`.
 */
export async function answerNewPassword(
  pool: UserPool,
  given: {
    readonly clientId: string;
    readonly session: string;
    readonly username: string;
    readonly newPassword: string;
    readonly secretHash?: string | undefined;
    readonly clientMetadata: ClientMetadata | null;
  },
): Promise<SignInAnswer> {
  const client = getClient(pool, given.clientId);
  checkSecretHash(client, given.username, given.secretHash);
  const user = challengedUser(pool, client, given.session, given.username);
  pool.directory.setPassword(user.username, given.newPassword, true);
  pool.challenges.forget(given.session);
  return {
    kind: "tokens",
    tokens: await firstTokens(pool, client, user, "TokenGeneration_NewPasswordChallenge", given.clientMetadata),
  };
}

function challengedUser(pool: UserPool, client: AppClient, session: string, login: string): PoolUser {
  const challenge = pool.challenges.find(session);
  if (challenge.state === "expired") {
    throw new UserPoolError("NotAuthorizedException", "Invalid session for the user, session is expired.");
  }
  const user = pool.directory.find(login);
  const meant = challenge.state === "live" && challenge.value.clientId === client.id ? challenge.value.username : null;
  if (user === undefined || user.username !== meant) {
    throw new UserPoolError("NotAuthorizedException", "Invalid session for the user.");
  }
  return user;
}

/**
 * REFRESH_TOKEN_AUTH. Claims are made anew by the trigger; `auth_time` and `origin_jti` stay those of the sign-in.
 *
 * @throws {UserPoolError} `NotAuthorizedException`.
 */
export async function refreshTokens(
  pool: UserPool,
  given: { readonly clientId: string; readonly refreshToken: string; readonly secretHash?: string | undefined },
): Promise<SignInAnswer> {
  const client = clientWith(pool, given.clientId, "ALLOW_REFRESH_TOKEN_AUTH", "Auth flow not enabled for this client");
  const signIn = liveSignIn(pool, client, given.refreshToken);
  // The hash is made with the username itself; the email address someone typed at sign-in does not do.
  checkSecretHash(client, signIn.username, given.secretHash);
  return { kind: "tokens", tokens: await renewTokens(pool, client, signIn) };
}

/**
 * The sign-in behind a refresh token of this client.
 *
 * @throws {UserPoolError} `NotAuthorizedException`.
 */
export function liveSignIn(pool: UserPool, client: AppClient, refreshToken: string): SignIn {
  const found = pool.refreshTokens.find(refreshToken);
  if (found.state === "expired") throw new UserPoolError("NotAuthorizedException", "Refresh Token has expired");
  if (found.state === "live" && found.value.clientId === client.id) return found.value;
  throw new UserPoolError("NotAuthorizedException", "Invalid Refresh Token");
}

/** New ID and access tokens for a sign-in. Assumed: refresh-source. */
export async function renewTokens(pool: UserPool, client: AppClient, signIn: SignIn): Promise<PersonTokens> {
  const user = pool.directory.get(signIn.username);
  const tokens = await issueTokens(
    pool,
    client,
    {
      source: "TokenGeneration_RefreshTokens",
      scopes: signIn.scopes,
      person: personOf(pool, user),
      clientMetadata: null,
    },
    signIn.marks,
  );
  return { ...tokens, refreshToken: null };
}

async function firstTokens(
  pool: UserPool,
  client: AppClient,
  user: PoolUser,
  source: "TokenGeneration_Authentication" | "TokenGeneration_NewPasswordChallenge",
  clientMetadata: ClientMetadata | null,
): Promise<PersonTokens> {
  const marks = newMarks(pool);
  const tokens = await issueTokens(
    pool,
    client,
    { source, scopes: apiScopes, person: personOf(pool, user), clientMetadata },
    marks,
  );
  const signIn: SignIn = { username: user.username, clientId: client.id, scopes: apiScopes, marks };
  return { ...tokens, refreshToken: pool.refreshTokens.issue(signIn, lifetimesOf(client).refresh) };
}

function personOf(pool: UserPool, user: PoolUser) {
  return { user, groups: groupConfiguration(pool.directory.groupsOf(user)) };
}

function clientWith(pool: UserPool, clientId: string, flow: ClientFlow, otherwise: string): AppClient {
  const client = getClient(pool, clientId);
  if (client.flows.includes(flow)) return client;
  throw new UserPoolError("InvalidParameterException", otherwise);
}
