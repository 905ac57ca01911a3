/** How long an answer is waited for before a second copy of the request is sent. */
export type HedgeDelay = {
  /** A first copy was answered after so many milliseconds, or was overtaken by a second one sent then. */
  readonly record: (ms: number) => void;
  /** In milliseconds; Infinity where a second copy would be of no use. */
  readonly ms: () => number;
};

const QUANTILE = 0.95;

/** A second copy sooner than this would mostly be one that a moment's patience had spared. */
const FLOOR_MS = 25;

/** Until enough is known. */
const UNKNOWN_MS = 50;
const ENOUGH = 50;

/** Answers that are remembered, and after how many new ones the quantile is taken again. */
const RECENT = 200;
const RENEWED_EVERY = 10;

/**
 * The time within which 95 % of the last 200 requests were answered.
 *
 * A first copy that was overtaken would have taken longer than what is recorded. Left out it would make answers look
 * faster than they are, and the next second copy be sent sooner. Recorded with the delay it had, it leaves that as it
 * is: what is overtaken was worth a second copy, and only first copies that answer late themselves put it off.
 *
 * A copy has what is left of `limitMs`. One sent in the second half would have less time than answers take. The very
 * first request is given that long: it makes the connection too, and a second one would be made at a cold start's cost.
 */
export function hedgeDelay(limitMs: number): HedgeDelay {
  const recent = new Float64Array(RECENT);
  let recorded = 0;
  let delayMs = limitMs / 2;
  return {
    record: (ms) => {
      recent[recorded % RECENT] = ms;
      recorded += 1;
      if (recorded === 1) delayMs = UNKNOWN_MS;
      if (recorded < ENOUGH || recorded % RENEWED_EVERY !== 0) return;
      const sorted = recent.slice(0, recorded).sort();
      const quantile = sorted[Math.ceil(sorted.length * QUANTILE) - 1] ?? UNKNOWN_MS;
      delayMs = quantile > limitMs / 2 ? Number.POSITIVE_INFINITY : Math.max(FLOOR_MS, quantile);
    },
    ms: () => delayMs,
  };
}
