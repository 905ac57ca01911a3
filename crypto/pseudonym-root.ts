import type { KeyObject } from "node:crypto";
import { awaitWithSignal } from "./await-with-signal.ts";
import { type Clock, elapsed, type Moment, systemClock } from "./clock.ts";
import { CryptoError } from "./crypto-error.ts";
import type { LoadPseudonymRoot } from "./pseudonym.ts";

type Request = { readonly since: Moment; readonly outcome: Promise<KeyObject>; loaded: boolean };

/**
 * Loads each root once and keeps it: the same port as `load`. A root cannot change under its key, so it has no age.
 *
 * One request at a time per key, with its own time limit: a caller that gives up leaves it to the others. Failures are
 * forgotten, and so is a request that was under way when the environment was frozen.
 */
export function pseudonymRootOnce(
  load: LoadPseudonymRoot,
  requestMs: number = 1_400,
  now: Clock = systemClock,
): LoadPseudonymRoot {
  const requests = new Map<string, Request>();

  const request = (key: string): Request => {
    const current: Request = { since: now(), outcome: load(key, AbortSignal.timeout(requestMs)), loaded: false };
    requests.set(key, current);
    current.outcome.then(
      () => {
        current.loaded = true;
      },
      () => {
        if (requests.get(key) === current) requests.delete(key);
      },
    );
    return current;
  };

  return async (key, signal) => {
    const known = requests.get(key);
    const serves = known !== undefined && (known.loaded || elapsed(known.since, now()) < requestMs);
    const { outcome } = serves ? known : request(key);
    try {
      return await awaitWithSignal(outcome, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new CryptoError("KEY_UNAVAILABLE", "the pseudonyms' root did not arrive before the caller's deadline");
    }
  };
}
