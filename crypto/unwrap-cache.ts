import type { KeyObject } from "node:crypto";
import { awaitWithSignal } from "./await-with-signal.ts";
import { type Clock, elapsed, type Moment, systemClock } from "./clock.ts";
import { CryptoError } from "./crypto-error.ts";
import type { EncryptionContext } from "./data-key.ts";
import type { UnwrapWithOneOf } from "./unwrap-with-one-of.ts";

export type UnwrapLimits = {
  /** Age at which an unwrapped key is asked for again, in milliseconds: the time a revocation takes to arrive. */
  readonly maxAgeMs?: number;
  /** Entries; the one unused for longest makes room. */
  readonly maxEntries?: number;
  /** How long a failure stands, in milliseconds, so that one bad blob does not cost one call per request. */
  readonly failureMs?: number;
  /** How long one shared request may take, in milliseconds. */
  readonly requestMs?: number;
};

/** The defaults of `UnwrapLimits`. */
export const UNWRAP_LIMITS: Required<UnwrapLimits> = {
  maxAgeMs: 900_000,
  maxEntries: 1_000,
  failureMs: 1_000,
  requestMs: 2_000,
};

type Entry = { since: Moment; state: "asking" | "held" | "failed"; readonly key: Promise<KeyObject> };

/** When a caller gives up; as a function where that is only to be made for those who have to wait. */
export type Within = AbortSignal | (() => AbortSignal);

/** The port of `unwrapWithOneOf`, answered from a cache where that can be. */
export type CachedUnwrap = (
  keyIds: readonly string[],
  context: EncryptionContext,
  wrapped: Uint8Array,
  within: Within,
) => Promise<KeyObject>;

/**
 * Lets many tokens share an unwrapped data key: the same port as `unwrap`, asked once per blob and quarter of an hour.
 *
 * An entry stands for keys, context and blob together: a cache keyed by the blob alone would skip KMS's check
 * of the audience after the first hit. One request at a time per entry, with its own time limit; no caller's signal
 * reaches it.
 */
export function unwrapCache(
  unwrap: UnwrapWithOneOf,
  limits: UnwrapLimits = {},
  now: Clock = systemClock,
): CachedUnwrap {
  const { maxAgeMs, maxEntries, failureMs, requestMs } = { ...UNWRAP_LIMITS, ...limits };
  const lifetimeMs = { asking: requestMs, held: maxAgeMs, failed: failureMs };
  // A Map keeps the order of insertion, so the first entry is the one unused for longest.
  const entries = new Map<string, Entry>();

  const ask = (keyIds: readonly string[], context: EncryptionContext, wrapped: Uint8Array): Entry => {
    const entry: Entry = {
      since: now(),
      state: "asking",
      key: unwrap(keyIds, context, wrapped, AbortSignal.timeout(requestMs)).then(
        (key) => {
          entry.state = "held";
          return key;
        },
        (error: unknown) => {
          Object.assign(entry, { state: "failed", since: now() } satisfies Partial<Entry>);
          throw error;
        },
      ),
    };
    entry.key.catch(() => {});
    return entry;
  };

  return async (keyIds, context, wrapped, within) => {
    const id = nameOf(keyIds, context, wrapped);
    const known = entries.get(id);
    const fresh = known !== undefined && elapsed(known.since, now()) < lifetimeMs[known.state];
    const entry = fresh ? known : ask(keyIds, context, wrapped);
    entries.delete(id);
    entries.set(id, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break;
      entries.delete(oldest);
    }
    if (entry.state === "held") return entry.key;
    const signal = typeof within === "function" ? within() : within;
    try {
      return await awaitWithSignal(entry.key, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new CryptoError("KEY_UNAVAILABLE", "the data key was not unwrapped before the caller's deadline");
    }
  };
}

/** One text for each: JSON says where it ends, and every byte of the blob is a character. */
function nameOf(keyIds: readonly string[], context: EncryptionContext, wrapped: Uint8Array): string {
  const { "claimseal:aud": audience, "claimseal:pool": pool, "claimseal:v": version } = context;
  const blob = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.byteLength).toString("latin1");
  return JSON.stringify([keyIds, audience, pool, version]) + blob;
}
