import { ADMIN_SCOPE } from "../../cognito/standard-attributes.ts";
import { type AppClient, type ClientFlow, checkSecretHash } from "./app-client.ts";
import type { SrpChallengeParameters } from "./between-requests.ts";
import { UserPoolError } from "./error.ts";
import { firstTokens, type PersonTokens } from "./person-tokens.ts";
import type { ClientMetadata } from "./trigger-request.ts";
import type { PoolUser } from "./user-directory.ts";
import { getClient, type UserPool } from "./user-pool.ts";

/** Tokens, or a challenge. */
export type SignInAnswer =
  | { readonly kind: "tokens"; readonly tokens: PersonTokens }
  | { readonly kind: "new password required"; readonly session: string; readonly user: PoolUser }
  | { readonly kind: "password verifier"; readonly parameters: SrpChallengeParameters }
  | { readonly kind: "device srp"; readonly session: string }
  | { readonly kind: "device verifier"; readonly parameters: SrpChallengeParameters; readonly username: string };

/** The one scope of every sign-in by API. Source: Amazon Cognito developer guide, "Scopes, M2M, and resource servers". */
export const apiScopes: readonly string[] = [ADMIN_SCOPE];

/** AuthSessionValidity's default. */
export const challengeS = 180;

/** What someone signs in with. */
export type PasswordSignIn = {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  readonly deviceKey?: string | undefined;
  readonly secretHash?: string | undefined;
};

/** The flows that take a password. */
export type PasswordFlow = Extract<ClientFlow, "ALLOW_USER_PASSWORD_AUTH" | "ALLOW_ADMIN_USER_PASSWORD_AUTH">;

/** The flows that begin a sign-in. */
type SignInFlow = PasswordFlow | "ALLOW_USER_SRP_AUTH";

/** Why a flow is refused that the client does not have. */
const flowRefusals: { readonly [Flow in SignInFlow]: string } = {
  ALLOW_USER_PASSWORD_AUTH: "USER_PASSWORD_AUTH flow not enabled for this client",
  ALLOW_ADMIN_USER_PASSWORD_AUTH: "Auth flow not enabled for this client",
  ALLOW_USER_SRP_AUTH: "USER_SRP_AUTH is not enabled for the client.",
};

/** @throws {UserPoolError} `InvalidParameterException` for a flow that the client does not have. */
export function checkFlow(client: AppClient, flow: SignInFlow): void {
  if (!client.flows.includes(flow)) throw new UserPoolError("InvalidParameterException", flowRefusals[flow]);
}

/**
 * USER_PASSWORD_AUTH, or ADMIN_USER_PASSWORD_AUTH where `flow` says so. Takes no metadata: what InitiateAuth and
 * AdminInitiateAuth are given never reaches this trigger.
 *
 * @throws {UserPoolError} `NotAuthorizedException`, the same for an unknown person and a wrong password;
 * `UserNotConfirmedException`.
 */
export async function signInByPassword(
  pool: UserPool,
  given: PasswordSignIn,
  flow: PasswordFlow = "ALLOW_USER_PASSWORD_AUTH",
): Promise<SignInAnswer> {
  const client = getClient(pool, given.clientId);
  checkFlow(client, flow);
  checkSecretHash(client, given.username, given.secretHash);
  const user = authenticatedUser(pool, given.username, given.password);
  return signInAfterPassword(pool, client, user, { deviceKey: given.deviceKey, clientMetadata: null });
}

/**
 * What follows a right password, by whichever flow it was shown. A remembered device has to show its own secret as
 * well. Assumed: device-challenge.
 *
 * @throws {UserPoolError} `ResourceNotFoundException` for a device that is not remembered; whatever a failing trigger
 * makes of it.
 */
export async function signInAfterPassword(
  pool: UserPool,
  client: AppClient,
  user: PoolUser,
  given: { readonly deviceKey?: string | undefined; readonly clientMetadata: ClientMetadata | null },
): Promise<SignInAnswer> {
  if (user.status === "FORCE_CHANGE_PASSWORD") {
    return { kind: "new password required", session: challengeForPassword(pool, client, user), user };
  }
  const { deviceKey, clientMetadata } = given;
  if (pool.devices !== null && deviceKey !== undefined) {
    pool.devices.get(user.username, deviceKey);
    const waiting = { username: user.username, clientId: client.id, deviceKey };
    return { kind: "device srp", session: pool.deviceSessions.issue(waiting, challengeS) };
  }
  const asked = { source: "TokenGeneration_Authentication", scopes: apiScopes, clientMetadata } as const;
  return { kind: "tokens", tokens: await firstTokens(pool, client, user, asked) };
}

/**
 * The person whose login and password these are, if they may come in at all.
 *
 * @throws {UserPoolError} `NotAuthorizedException` or `UserNotConfirmedException`.
 */
export function authenticatedUser(pool: UserPool, username: string, password: string): PoolUser {
  const user = pool.directory.authenticate(username, password);
  if (user === undefined) throw new UserPoolError("NotAuthorizedException", "Incorrect username or password.");
  checkMayComeIn(user);
  return user;
}

/**
 * Asked of those alone who have the password. Assumed: refusal-order.
 *
 * @throws {UserPoolError} `NotAuthorizedException` or `UserNotConfirmedException`.
 */
export function checkMayComeIn({ enabled, status }: PoolUser): void {
  if (!enabled) throw new UserPoolError("NotAuthorizedException", "User is disabled.");
  if (status === "UNCONFIRMED") throw new UserPoolError("UserNotConfirmedException", "User is not confirmed.");
}

/**
 * The answer to NEW_PASSWORD_REQUIRED. Its metadata does reach the trigger.
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
): Promise<PersonTokens> {
  const client = getClient(pool, given.clientId);
  checkSecretHash(client, given.username, given.secretHash);
  return firstTokens(pool, client, replaceTemporaryPassword(pool, client, given), {
    source: "TokenGeneration_NewPasswordChallenge",
    scopes: apiScopes,
    clientMetadata: given.clientMetadata,
  });
}

/** Opens the session in which a person has to replace a temporary password. */
export function challengeForPassword(pool: UserPool, client: AppClient, { username }: PoolUser): string {
  return pool.challenges.issue({ username, clientId: client.id }, challengeS);
}

/**
 * Sets the new password of the person whose session this is, and ends the session. Gives the person as they were
 * before. Assumed: new-password-kept.
 *
 * @throws {UserPoolError} `NotAuthorizedException` or `InvalidPasswordException`.
 */
export function replaceTemporaryPassword(
  pool: UserPool,
  client: AppClient,
  given: { readonly session: string; readonly username: string; readonly newPassword: string },
): PoolUser {
  const user = challengedUser(pool, client, given.session, given.username);
  pool.directory.setPassword(user.username, given.newPassword, true);
  pool.challenges.forget(given.session);
  return user;
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
  if (!user.enabled) throw new UserPoolError("NotAuthorizedException", "User is disabled.");
  return user;
}
