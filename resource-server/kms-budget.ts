import { type Clock, elapsed, systemClock } from "../crypto/clock.ts";
import { CryptoError } from "../crypto/crypto-error.ts";

/** Takes one call from the budget. Throws a `CryptoError`, `KEY_UNAVAILABLE`, where none is left. */
export type SpendKmsCall = () => void;

/**
 * Bounds what one instance asks of KMS, so that no flood of tokens, valid ones included, uses up what an account may
 * ask in a second and stops every sign-in with it. A token bucket: a second's worth at once, then as much per second.
 */
export function kmsBudget(callsPerSecond: number, now: Clock = systemClock): SpendKmsCall {
  let left = callsPerSecond;
  let since = now();
  return () => {
    const moment = now();
    left = Math.min(callsPerSecond, left + (Math.max(0, elapsed(since, moment)) / 1000) * callsPerSecond);
    since = moment;
    if (left < 1) throw new CryptoError("KEY_UNAVAILABLE", "this instance has asked KMS too often in a second");
    left -= 1;
  };
}
