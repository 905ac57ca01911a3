import { createHash } from "node:crypto";
import type { AppClient } from "./app-client.ts";
import type { AuthorizationCode } from "./between-requests.ts";
import { UserPoolError } from "./error.ts";
import { type PersonTokens, startSignIn } from "./person-tokens.ts";
import type { UserPool } from "./user-pool.ts";

/** How a client exchanges its code. */
export type CodeRedemption = {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string | null;
};

/** A code is good once, and for five minutes. Source: Amazon Cognito developer guide, "Authorize endpoint". */
const lifetimeS = 300;

/** Issues a code for tokens that the trigger has agreed to. */
export function issueCode(pool: UserPool, code: AuthorizationCode): string {
  return pool.codes.issue(code, lifetimeS);
}

/**
 * Exchanges a code for tokens. The trigger is not asked again: it was at the sign-in. Assumed: trigger-before-code.
 * Whatever its client shows with it, a code is used up by the attempt. Assumed: code-single-attempt.
 * Sources: RFC 6749, section 4.1.3; RFC 7636, section 4.6.
 *
 * @throws {UserPoolError} `unauthorized_client` or `invalid_grant`.
 */
export async function redeemCode(pool: UserPool, client: AppClient, given: CodeRedemption): Promise<PersonTokens> {
  if (!client.flows.includes("code")) throw new UserPoolError("unauthorized_client", "the client has no code flow");
  const found = pool.codes.find(given.code);
  if (found.state !== "live" || found.value.agreed.client.id !== client.id) throw refused("there is no such code");
  pool.codes.forget(given.code);
  const { username, agreed, request } = found.value;
  if (request.redirectUri !== given.redirectUri) throw refused("redirect_uri is another than at the sign-in");
  if (!answersChallenge(request.codeChallenge, given.codeVerifier)) throw refused("code_verifier does not match");
  if (!pool.directory.get(username).enabled) throw refused("the person is disabled");
  return startSignIn(pool, username, agreed, request.nonce ?? undefined);
}

/** A verifier where no challenge was is refused too: someone took the challenge out of the request on its way. */
function answersChallenge(challenge: string | null, verifier: string | null): boolean {
  if (challenge === null || verifier === null) return challenge === verifier;
  return createHash("sha256").update(verifier).digest("base64url") === challenge;
}

function refused(message: string): UserPoolError {
  return new UserPoolError("invalid_grant", message);
}
