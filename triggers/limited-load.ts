import type { LoadAttributes } from "../claims/facts.ts";

/** Of the time that is left, kept back for what comes after the last read: sealing, and the answer. */
export const RESERVE_MS = 400;

/** The same reads, given up after `limitMs()` milliseconds: what is under way then is `failed`. */
export function limitedLoad(load: LoadAttributes, limitMs: () => number): LoadAttributes {
  return async (requests, signal) => {
    const limit = limitMs();
    if (!(limit > 0)) return requests.map(() => ({ state: "failed" }));
    const abort = new AbortController();
    const end = (): void => abort.abort(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    const timer = setTimeout(() => abort.abort(), limit);
    try {
      return await load(requests, abort.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    }
  };
}

/**
 * Shares what is left of an event's time out over its waves of reads: each gets an equal part of what those before it
 * left, so that a slow first wave cannot take the time of a second whose source may be the one that refuses.
 *
 * @param waves How many waves there can be.
 * @param leftMs Milliseconds left of the event's time.
 */
export function inShares(load: LoadAttributes, waves: number, leftMs: () => number): LoadAttributes {
  let begun = 0;
  return limitedLoad(load, () => {
    const toCome = Math.max(1, waves - begun);
    begun += 1;
    return (leftMs() - RESERVE_MS) / toCome;
  });
}
