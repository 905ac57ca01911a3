import { type Clock, elapsed, type Moment } from "../crypto/clock.ts";
import { breaker } from "./breaker.ts";
import { extraWindow } from "./extra-window.ts";
import type { Fault } from "./fault.ts";
import { hedgeDelay } from "./hedge-delay.ts";

/** What is remembered of one dependency, and what may be sent to it on that account. */
export type Dependency = {
  /** Begins a request, and says whether it may be sent. */
  readonly begin: () => boolean;
  /** When to send a second copy of a request, in milliseconds; Infinity for never. */
  readonly hedgeMs: () => number;
  /** Whether that second copy may be sent. It is counted. */
  readonly hedge: () => boolean;
  /** Whether it is worth pausing for a request to be sent again. */
  readonly mayRetry: () => boolean;
  /** Whether a request may be sent again, now. It is counted. */
  readonly retry: () => boolean;
  /** A request was answered, so many milliseconds after its first copy was sent. */
  readonly answered: (ms: number) => void;
  /** A send failed. */
  readonly failed: (fault: Fault) => void;
};

/** How long after a throttled send no second copies are sent. */
const NO_HEDGES_MS = 10_000;

/**
 * @param limitMs What a send may take.
 * @param fewest Sends by which it is judged at the earliest.
 */
export function dependency(limitMs: number, fewest: number, now: Clock): Dependency {
  const [fuse, hedges, retries, delay] = [breaker(fewest), extraWindow(), extraWindow(), hedgeDelay(limitMs)];
  let throttled: Moment | null = null;
  return {
    begin: () => {
      if (!fuse.admits(now())) return false;
      hedges.begin();
      retries.begin();
      return true;
    },
    hedgeMs: delay.ms,
    hedge: () => !fuse.isOpen() && (throttled === null || elapsed(throttled, now()) >= NO_HEDGES_MS) && hedges.take(),
    mayRetry: () => !fuse.isOpen() && retries.hasRoom(),
    retry: () => !fuse.isOpen() && retries.take(),
    answered: (ms) => {
      fuse.succeeded(now());
      delay.record(ms);
    },
    failed: (fault) => {
      switch (fault) {
        case "refused":
          fuse.refused();
          break;
        case "throttled":
          // Not the breaker's: such an answer costs no time, and often one busy partition gives it while the others
          // serve. Sending nothing to them either would turn half a failure into a whole one.
          throttled = now();
          break;
        case "stale":
        case "lost":
          fuse.failed(now());
      }
    },
  };
}
