import { UNWRAP_LIMITS } from "../../crypto/unwrap-cache.ts";
import { type Level, sum } from "./model-fleet.ts";
import type { Traffic } from "./traffic.ts";

/** What a service asks of KMS. */
export type ReaderRates = {
  readonly decryptsPerSecond: number;
  /** Data keys that one instance holds at once. */
  readonly heldKeys: number;
};

/** The data keys of one level, as one instance meets them. Per second, in seconds. */
type Met = {
  /** Keys that begin. */
  readonly keys: number;
  /** How long tokens under one of them are about. */
  readonly span: number;
  /** Openings of one, at one instance, while they are. */
  readonly rate: number;
};

/**
 * What `instances` of a service ask, that open envelopes of a share of all tokens.
 *
 * Under one data key openings come by chance for as long as it seals, and for the life of a token after. The first is
 * asked of KMS, and the next one after the cache's quarter of an hour, and so on. Where keys in use are more than the
 * cache has room for, those unused for longest are asked for again (Che's approximation of such a cache).
 */
export function readerRates(
  levels: readonly Level[],
  share: number,
  instances: number,
  { tokenMinutes, opensPerToken }: Traffic,
): ReaderRates {
  const maxAgeS = UNWRAP_LIMITS.maxAgeMs / 1000;
  const met = levels.map(({ rate, keys, keyS }): Met => {
    const span = keyS + tokenMinutes * 60;
    const openings = (share * opensPerToken * rate) / keys / instances;
    return { keys, span, rate: openings / span };
  });
  const heldFor = (seconds: number): number =>
    sum(met, ({ keys, span, rate }) => keys * span * -Math.expm1(-rate * seconds));
  const room = UNWRAP_LIMITS.maxEntries;
  const heldKeys = Math.min(room, heldFor(maxAgeS));
  const byAge = sum(met, ({ keys, span, rate }) => keys * asked(span, rate, maxAgeS));
  const evictedAfter = heldFor(maxAgeS) <= room ? Number.POSITIVE_INFINITY : timeToFill(heldFor, room, maxAgeS);
  const byRoom = sum(met, ({ keys, span, rate }) => keys * span * rate * Math.exp(-rate * evictedAfter));
  return { decryptsPerSecond: (byAge + byRoom) * instances, heldKeys };
}

/** How often KMS is asked for one key by one instance: openings by chance at a rate, each answer good for `maxAge`. */
function asked(span: number, rate: number, maxAge: number): number {
  let total = 0;
  for (let nth = 1; (nth - 1) * maxAge < span; nth += 1) total += atLeast(nth, rate * (span - (nth - 1) * maxAge));
  return total;
}

/** Whether of events that come by chance, `mean` on average, `count` or more do. */
function atLeast(count: number, mean: number): number {
  let [term, fewer] = [Math.exp(-mean), 0];
  for (let n = 0; n < count; n += 1) {
    fewer += term;
    term *= mean / (n + 1);
  }
  return 1 - fewer;
}

function timeToFill(heldFor: (seconds: number) => number, room: number, most: number): number {
  let [low, high] = [0, most];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (heldFor(middle) < room) low = middle;
    else high = middle;
  }
  return low;
}
