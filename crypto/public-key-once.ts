import type { KeyObject } from "node:crypto";
import type { LoadPublicKey } from "./agreement.ts";
import { awaitWithSignal } from "./await-with-signal.ts";
import { type Clock, elapsed, type Moment, systemClock } from "./clock.ts";
import { CryptoError } from "./crypto-error.ts";

type Request = { readonly since: Moment; readonly outcome: Promise<KeyObject>; isLoaded: boolean };

/**
 * Loads each public key once and keeps it: the same port as `load`. KMS never changes the pair behind a key, so it has
 * no age; what closes an envelope to its readers is said to the readers.
 *
 * One request at a time per key, with its own time limit: a caller that gives up leaves it to the others. Failures are
 * forgotten, and so is a request that was under way when the environment was frozen.
 */
export function publicKeyOnce(load: LoadPublicKey, requestMs: number = 1_400, now: Clock = systemClock): LoadPublicKey {
  const requests = new Map<string, Request>();

  const request = (keyId: string): Request => {
    const current: Request = { since: now(), outcome: load(keyId, AbortSignal.timeout(requestMs)), isLoaded: false };
    requests.set(keyId, current);
    current.outcome.then(
      () => {
        current.isLoaded = true;
      },
      () => {
        if (requests.get(keyId) === current) requests.delete(keyId);
      },
    );
    return current;
  };

  return async (keyId, signal) => {
    const known = requests.get(keyId);
    const serves = known !== undefined && (known.isLoaded || elapsed(known.since, now()) < requestMs);
    const { outcome } = serves ? known : request(keyId);
    try {
      return await awaitWithSignal(outcome, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new CryptoError("KEY_UNAVAILABLE", "the public key did not arrive before the caller's deadline");
    }
  };
}
