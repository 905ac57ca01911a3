import { CryptoError } from "./crypto-error.ts";

/** What ties an envelope to one token, written inside by whoever seals it. */
export type Binding = {
  /** The token's `sub`: the person's, or the client id of a machine. */
  readonly sub: string;
  /** Seconds since 1970: when it was sealed. */
  readonly iat: number;
  /** The app client the token is for, where an envelope is bound to that too. */
  readonly clientId?: string;
  /** For whom and in which user pool it was sealed, where no KMS context says so: mode `asymmetric`. */
  readonly place?: Place;
};

export type Place = {
  /** The resource server's identifier. */
  readonly audience: string;
  /** The user pool's id, never its issuer URL: Cognito has two spellings of that. */
  readonly poolId: string;
};

/** What a reader holds an opened envelope to: values of the verified token, and of its own configuration. */
export type ExpectedBinding = {
  readonly sub: string;
  /** The token's own `iat`. */
  readonly iat: number;
  /** The token's client: compared wherever an envelope names one. */
  readonly clientId?: string;
  /** Whether an envelope must name its client; without a `clientId` none passes then. */
  readonly bindClient?: boolean;
  readonly place?: Place;
};

/** Seconds by which a token's `iat` may lie after the `iat` inside its envelope. */
export type IatWindow = { readonly min: number; readonly max: number };

/** Tokens are issued right after their envelopes; a minute for clocks that differ, ten for retries and slow sign-ins. */
export const IAT_WINDOW: IatWindow = { min: -60, max: 600 };

/**
 * Holds what stands inside an envelope to the token it came in.
 *
 * @throws {CryptoError} `SEALED_BINDING`, naming what differs and nothing of it.
 */
export function checkBinding(inside: Binding, expected: ExpectedBinding, window: IatWindow): void {
  if (inside.sub !== expected.sub) throw unbound("belongs to another subject");
  const age = expected.iat - inside.iat;
  if (!(age >= window.min && age <= window.max)) throw unbound("was sealed for a token of another time");
  if (inside.place?.audience !== expected.place?.audience) throw unbound("was sealed for another resource server");
  if (inside.place?.poolId !== expected.place?.poolId) throw unbound("was sealed in another user pool");
  if (inside.clientId === undefined && expected.bindClient) throw unbound("does not say for which client it is");
  if (inside.clientId !== undefined && inside.clientId !== expected.clientId) throw unbound("is for another client");
}

function unbound(problem: string): CryptoError {
  return new CryptoError("SEALED_BINDING", `the envelope ${problem}`);
}
