import { CognitoJwtVerifier } from "aws-jwt-verify";
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidTokenUseError,
  JwksValidationError,
  JwkValidationError,
  JwtExpiredError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
  KidNotFoundInJwksError,
  ParameterValidationError,
  WaitPeriodNotYetEndedJwkError,
} from "aws-jwt-verify/error";
import type { Json } from "../crypto/strict-json.ts";
import { jwksCache } from "./jwks.ts";
import { isOpenerError, OpenerError } from "./opener-error.ts";
import type { OpenerConfig } from "./opener-options.ts";

/** The payload of an access token whose signature, times, issuer, use and client have been checked. */
export type VerifiedToken = {
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
  readonly [claim: string]: Json | undefined;
};

/** Verifies an access token. Rejects with an `OpenerError`: `TOKEN_INVALID`, `TOKEN_USE` or `KEY_UNAVAILABLE`. */
export type VerifyAccessToken = (token: string) => Promise<VerifiedToken>;

/** Fetches the pools' signing keys before the first token needs them. Rejects as `VerifyAccessToken` does. */
export type FetchSigningKeys = () => Promise<void>;

/** Seconds by which this machine's clock and Cognito's may differ. */
const CLOCK_SKEW = 60;

/**
 * Verifies tokens of one user pool, or of several, with `aws-jwt-verify`, under both of a pool's issuer URLs.
 *
 * @param now Milliseconds since 1970.
 */
export function accessTokenVerifier(
  { userPoolIds, clientIds, fetchJwks }: Pick<OpenerConfig, "userPoolIds" | "clientIds" | "fetchJwks">,
  now: () => number = Date.now,
): { readonly verify: VerifyAccessToken; readonly fetchKeys: FetchSigningKeys } {
  const keys = jwksCache(fetchJwks);
  const clientId = clientIds === null ? null : [...clientIds];
  const verifier = CognitoJwtVerifier.create(
    userPoolIds.map((userPoolId) => ({ userPoolId, tokenUse: "access", clientId, graceSeconds: CLOCK_SKEW }) as const),
    { jwksCache: keys },
  );
  return {
    verify: async (token) => {
      const payload: VerifiedToken = await verifier.verify(token).catch((error: unknown) => {
        throw isOpenerError(error) ? error : refusal(error);
      });
      if (payload.iat > now() / 1000 + CLOCK_SKEW) {
        throw new OpenerError("TOKEN_INVALID", "the token was issued in the future");
      }
      return payload;
    },
    fetchKeys: async () => {
      const pools = userPoolIds.map((userPoolId) => CognitoJwtVerifier.parseUserPoolId(userPoolId).jwksUri);
      await Promise.all(
        pools.map(async (uri) => {
          try {
            await keys.getJwks(uri);
          } catch (error) {
            // They were fetched a moment ago, and are held.
            if (!(error instanceof WaitPeriodNotYetEndedJwkError)) throw error;
          }
        }),
      );
    },
  };
}

type Constructor = abstract new (...args: never) => Error;

/** The library's errors name issuers, clients and claims as they stand in the token, so only their kind is passed on. */
const REASONS: readonly (readonly [Constructor, string])[] = [
  [JwtExpiredError, "has expired"],
  [JwtNotBeforeError, "is not valid yet"],
  [JwtInvalidSignatureError, "has a signature that does not verify"],
  [KidNotFoundInJwksError, "names a key that is not the user pool's"],
  [WaitPeriodNotYetEndedJwkError, "names a key that is not the user pool's, or a new one"],
  [ParameterValidationError, "was not issued by this user pool"],
  [CognitoJwtInvalidClientIdError, "was issued to an app client that is not taken here"],
];

function refusal(error: unknown): OpenerError {
  if (error instanceof CognitoJwtInvalidTokenUseError && error.failedAssertion.actual === "id") {
    return new OpenerError(
      "TOKEN_USE",
      "an ID token was sent; it tells the app who signed in and is no proof of what the bearer may do: send the access token",
    );
  }
  if (error instanceof JwksValidationError || error instanceof JwkValidationError) {
    return new OpenerError("KEY_UNAVAILABLE", "the user pool's signing keys could not be read");
  }
  const [, reason] = REASONS.find(([kind]) => error instanceof kind) ?? [null, "does not verify"];
  return new OpenerError("TOKEN_INVALID", `the token ${reason}`);
}
