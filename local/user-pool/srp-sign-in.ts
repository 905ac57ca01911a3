import { type AppClient, checkSecretHash } from "./app-client.ts";
import type { SrpChallenge, SrpChallengeParameters } from "./between-requests.ts";
import { UserPoolError } from "./error.ts";
import { challengeS, checkFlow, checkMayComeIn, type SignInAnswer, signInAfterPassword } from "./sign-in.ts";
import { isSigned, openExchange, type SrpExchange, type SrpVerifier } from "./srp.ts";
import type { ClientMetadata } from "./trigger-request.ts";
import { getClient, type UserPool } from "./user-pool.ts";

/** A client's answer to an exchange. */
export type SrpAnswer = {
  readonly clientId: string;
  readonly username: string;
  readonly secretBlock: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly secretHash?: string | undefined;
};

/** `EEE MMM d HH:mm:ss z yyyy`, which clients write in English and in UTC. */
const timestampForm =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2} \d\d:\d\d:\d\d UTC \d{4}$/;

/**
 * USER_SRP_AUTH: opens an exchange. Somebody unknown gets one that looks like any other and stays the same from attempt
 * to attempt (RFC 5054, section 2.5.1.3).
 *
 * @throws {UserPoolError} `InvalidParameterException` or `NotAuthorizedException`.
 */
export function startSrp(
  pool: UserPool,
  given: {
    readonly clientId: string;
    readonly username: string;
    readonly clientPublic: string;
    readonly deviceKey?: string | undefined;
    readonly secretHash?: string | undefined;
  },
): SignInAnswer {
  const client = getClient(pool, given.clientId);
  checkFlow(client, "ALLOW_USER_SRP_AUTH");
  checkSecretHash(client, given.username, given.secretHash);
  const { id, verifier } = pool.directory.verifierOf(given.username);
  const whom = { realm: pool.name, id, username: id, deviceKey: given.deviceKey };
  const parameters = openSrpChallenge(pool, client, whom, verifier, given.clientPublic);
  return { kind: "password verifier", parameters };
}

/**
 * The answer to PASSWORD_VERIFIER. Its metadata reaches the trigger.
 *
 * @throws {UserPoolError} `NotAuthorizedException`, `UserNotConfirmedException` or `InvalidParameterException`.
 */
export async function answerPasswordVerifier(
  pool: UserPool,
  given: SrpAnswer & { readonly deviceKey?: string | undefined; readonly clientMetadata: ClientMetadata | null },
): Promise<SignInAnswer> {
  const client = getClient(pool, given.clientId);
  checkSecretHash(client, given.username, given.secretHash);
  const closed = closeSrpChallenge(pool, client, pool.name, given);
  const user = pool.directory.find(given.username);
  if (closed === null || user === undefined || closed.username !== user.username) throw incorrect();
  checkMayComeIn(user);
  return signInAfterPassword(pool, client, user, {
    // Clients say it with the first call, with the second, or with both.
    deviceKey: given.deviceKey ?? closed.deviceKey,
    clientMetadata: given.clientMetadata,
  });
}

/**
 * Opens an exchange about a verifier, and remembers it by its secret block. Assumed: srp-numbers, srp-refusals.
 *
 * @throws {UserPoolError} `InvalidParameterException` for a number that is none, or not a good one.
 */
export function openSrpChallenge(
  pool: UserPool,
  client: AppClient,
  whom: Pick<SrpChallenge, "realm" | "id" | "username" | "deviceKey">,
  verifier: SrpVerifier,
  clientPublic: string,
): SrpChallengeParameters {
  const exchange = readClientPublic(verifier, clientPublic);
  const handle = pool.srpChallenges.issue({ ...whom, clientId: client.id, key: exchange.key }, challengeS);
  return {
    id: whom.id,
    salt: verifier.salt.toString(16),
    serverPublic: exchange.serverPublic.toString(16),
    // Clients decode it before they sign it.
    secretBlock: Buffer.from(handle).toString("base64"),
  };
}

/**
 * The exchange this answer closes, if its signature is right; null otherwise. An exchange takes one answer, be it a
 * wrong one. Assumed: srp-single-answer, srp-time.
 *
 * @throws {UserPoolError} `InvalidParameterException` for a timestamp of another form.
 */
export function closeSrpChallenge(
  pool: UserPool,
  client: AppClient,
  realm: string,
  { secretBlock: block, timestamp, signature }: SrpAnswer,
): SrpChallenge | null {
  if (!timestampForm.test(timestamp)) {
    const form = "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english";
    throw new UserPoolError("InvalidParameterException", form);
  }
  const secretBlock = Buffer.from(block, "base64");
  const handle = secretBlock.toString();
  const found = pool.srpChallenges.find(handle);
  pool.srpChallenges.forget(handle);
  if (found.state !== "live" || found.value.clientId !== client.id || found.value.realm !== realm) return null;
  const { key, id } = found.value;
  return isSigned(key, { realm, id, secretBlock, timestamp }, Buffer.from(signature, "base64")) ? found.value : null;
}

/** The refusal of a wrong signature, whoever it is for. */
export function incorrect(): UserPoolError {
  return new UserPoolError("NotAuthorizedException", "Incorrect username or password.");
}

/** At most as many digits as the prime has, with the zeros that padding puts in front. */
function readClientPublic(verifier: SrpVerifier, text: string): SrpExchange {
  const exchange = /^[0-9a-f]{1,770}$/i.test(text) ? openExchange(verifier, BigInt(`0x${text}`)) : null;
  if (exchange !== null) return exchange;
  throw new UserPoolError("InvalidParameterException", "SRP_A is not a valid number");
}
