import { elapsed, type Moment } from "../crypto/clock.ts";

/** Spares a dependency, and whoever waits for it, requests that would fail. */
export type Breaker = {
  /** Whether a request may go out: always while closed, once a second while open. */
  readonly admits: (now: Moment) => boolean;
  readonly isOpen: () => boolean;
  /** A send was answered as it should be. Closes the breaker. */
  readonly succeeded: (now: Moment) => void;
  /** A send failed. */
  readonly failed: (now: Moment) => void;
  /** The dependency is there, but would not do what was asked. Closes the breaker, and counts neither way. */
  readonly refused: () => void;
};

const WITHIN_MS = 10_000;
/** Sends by which a dependency is judged, where it has no number of its own. */
const SENDS = 20;
const SHARE = 0.5;
const PROBE_EVERY_MS = 1_000;

/** However many sends there are in ten seconds, the last thousand tell how it stands. */
const REMEMBERED = 1_000;

/**
 * Opens once half of at least `fewest` sends within ten seconds have failed; the first that succeeds closes it, and
 * nothing from before counts then.
 *
 * No timer runs, since a frozen Lambda would not run it: moments are compared, by two clocks (`clock.ts`).
 */
export function breaker(fewest: number = SENDS): Breaker {
  const sends: { readonly at: Moment; readonly hasFailed: boolean }[] = [];
  let failures = 0;
  /** When it opened, or let the last request through since. */
  let probed: Moment | null = null;

  const isPast = (now: Moment): boolean => {
    const [oldest] = sends;
    return oldest !== undefined && (sends.length > REMEMBERED || elapsed(oldest.at, now) >= WITHIN_MS);
  };

  const remember = (at: Moment, hasFailed: boolean): void => {
    sends.push({ at, hasFailed });
    if (hasFailed) failures += 1;
    while (isPast(at)) if (sends.shift()?.hasFailed) failures -= 1;
  };

  const close = (): void => {
    probed = null;
    sends.length = 0;
    failures = 0;
  };

  return {
    admits: (now) => {
      if (probed === null) return true;
      if (elapsed(probed, now) < PROBE_EVERY_MS) return false;
      probed = now;
      return true;
    },
    isOpen: () => probed !== null,
    succeeded: (now) => {
      if (probed !== null) close();
      remember(now, false);
    },
    failed: (now) => {
      if (probed !== null) return;
      remember(now, true);
      if (sends.length >= fewest && failures >= sends.length * SHARE) probed = now;
    },
    refused: () => {
      if (probed !== null) close();
    },
  };
}
