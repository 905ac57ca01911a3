import { textDigest } from "../claims/digest.ts";
import type { LoadAttributes, RowRequest, RowResult } from "../claims/facts.ts";
import type { PlanSource } from "../claims/plan.ts";
import { type Clock, elapsed, systemClock } from "../crypto/clock.ts";
import { weightOf } from "./row-weight.ts";

export type StaleLimits = {
  /** Results kept at once. */
  readonly entries?: number;
  /** What they may weigh together, in bytes as `weightOf` estimates them; the packaged function has 512 MB. */
  readonly weight?: number;
};

/** The defaults of `StaleLimits`. */
export const STALE_LIMITS: Required<StaleLimits> = { entries: 1_000, weight: 16 * 1024 * 1024 };

/** Results of earlier events, for sources whose `onError` is `{ stale }`. */
export type StaleRows = {
  /**
   * The same reads for one event: what could not be read is answered with what was read before, where its source allows
   * that and it is young enough.
   *
   * @param event As Cognito sent it: a chained function's answer may depend on all of it.
   * @param used Told of each source that was answered so, and how old the answer was, in seconds rounded up.
   */
  readonly behind: (
    load: LoadAttributes,
    sources: { readonly [name: string]: Pick<PlanSource, "onError"> },
    used: (source: string, ageS: number) => void,
    event: unknown,
  ) => LoadAttributes;
};

/** How often, at most, everything kept is looked through for what is too old, in milliseconds. */
const SWEEP_MS = 1_000;

type Kept = {
  readonly result: RowResult;
  /** When its read was begun, in milliseconds as `passed` counts them. */
  readonly begun: number;
  readonly lifetimeMs: number;
  readonly weight: number;
};

/**
 * Keeps what was read last, for as long as the map lets it stand in: the only rows that outlive an event, and only those
 * of sources that say `{ stale }`.
 *
 * - A result is found again by everything that decided it (`nameOf`), so that nobody gets another's.
 * - `missing` is a result: what was taken away replaces what was there. `failed` is none.
 * - Ages count from when the read was begun, by whichever clock saw more time pass since each look before, so neither a
 *   clock set back nor a frozen environment, nor one after the other, makes a row look younger.
 * - Bounded by number and weight; what was used least recently goes first, and what is too old with the first result kept
 *   in a new second: no timer runs, since a frozen Lambda would not run it.
 */
export function staleRows(clock: Clock = systemClock, limits: StaleLimits = {}): StaleRows {
  const { entries, weight: heaviest } = { ...STALE_LIMITS, ...limits };
  const kept = new Map<string, Kept>();
  let weight = 0;
  let seen = clock();
  let time = 0;
  let swept = 0;

  /** Milliseconds since the start, and rather more than fewer. */
  const passed = (): number => {
    const at = clock();
    time += elapsed(seen, at);
    seen = at;
    return time;
  };

  const drop = (name: string): void => {
    weight -= kept.get(name)?.weight ?? 0;
    kept.delete(name);
  };

  const keep = (name: string, result: RowResult, begun: number, lifetimeMs: number): void => {
    // An answer that was long under way tells less than one that was asked for after it.
    if ((kept.get(name)?.begun ?? begun) > begun) return;
    drop(name);
    const now = passed();
    if (now - swept >= SWEEP_MS) {
      swept = now;
      for (const [each, { begun: since, lifetimeMs: most }] of kept) if (now - since > most) drop(each);
    }
    const own = weightOf(result, heaviest);
    if (own > heaviest) return;
    kept.set(name, { result, begun, lifetimeMs, weight: own });
    weight += own;
    for (const oldest of kept.keys()) {
      if (kept.size <= entries && weight <= heaviest) break;
      drop(oldest);
    }
  };

  const find = (name: string): { readonly result: RowResult; readonly ageMs: number } | null => {
    const found = kept.get(name);
    if (found === undefined) return null;
    const ageMs = passed() - found.begun;
    if (ageMs > found.lifetimeMs) return null;
    kept.delete(name);
    kept.set(name, found);
    return { result: found.result, ageMs };
  };

  return {
    behind: (load, sources, used, event) => async (requests, signal) => {
      const begun = passed();
      const results = await load(requests, signal);
      return requests.map((request, index): RowResult => {
        const result = results[index] ?? { state: "failed" };
        const { source } = request;
        const onError = Object.hasOwn(sources, source) ? sources[source]?.onError : undefined;
        if (typeof onError !== "object") return result;
        const name = nameOf(request, event);
        if (result.state !== "failed") {
          keep(name, result, begun, onError.stale * 1000);
          return result;
        }
        const earlier = find(name);
        if (earlier === null) return result;
        used(source, Math.ceil(earlier.ageMs / 1000));
        return earlier.result;
      });
    },
  };
}

/** Everything that decides what a read gives; as a digest, because keys may be personal and events are large. */
function nameOf(request: RowRequest, event: unknown): string {
  return textDigest(JSON.stringify(request.kind === "chain" ? [request, event] : [request]));
}
