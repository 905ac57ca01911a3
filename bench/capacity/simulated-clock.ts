import type { Clock } from "../../crypto/clock.ts";

/** Time that stands still until it is set. Both of its clocks tell the same: nothing is frozen here. */
export type SimulatedClock = { ms: number; readonly now: Clock };

export function simulatedClock(): SimulatedClock {
  const clock: SimulatedClock = { ms: 0, now: () => ({ wall: clock.ms, steady: clock.ms }) };
  return clock;
}

/** Of callers that never give up. */
export const NEVER: AbortSignal = new AbortController().signal;
