import { WaitPeriodNotYetEndedJwkError } from "aws-jwt-verify/error";
import { assertIsJwks, type Jwks, type JwksCache, SimpleJwksCache } from "aws-jwt-verify/jwk";
import { type Clock, elapsed, type Moment, systemClock } from "../crypto/clock.ts";
import { fetchBounded } from "./fetch-bounded.ts";
import { OpenerError } from "./opener-error.ts";
import type { FetchJwks } from "./opener-options.ts";

/**
 * Fetches from one address: two at once, then one in 40 s, whatever came of those before. A pool has two spellings of its
 * issuer, each with an address, and a forger may name either: three fetches a minute from each at most, six from the pool.
 */
const AT_ONCE = 2;
const REFILL_MS = 40_000;

/** Far more than the few keys a pool has. */
const MAX_BYTES = 65_536;

/** Waiting is done where fetches are made: those who join one under way do not wait, and nobody fetches sooner. */
const NO_PENALTY = {
  wait: async (): Promise<void> => {},
  registerFailedAttempt: (): void => {},
  registerSuccessfulAttempt: (): void => {},
};

/**
 * The pool's signing keys: fetched when first needed and when a token names one that is not known, and held as long as
 * the process lives, so that an outage of the pool's address is none of the service. A set that cannot be read does not
 * replace the one that is held. A fetch that fails is `KEY_UNAVAILABLE`, no fault of the token.
 */
export function jwksCache(fetchJwks: FetchJwks | null, now: Clock = systemClock): JwksCache {
  const read = async (uri: string): Promise<ArrayBuffer> => {
    if (fetchJwks === null) return fetchBounded(uri, MAX_BYTES);
    return new TextEncoder().encode(JSON.stringify(await fetchJwks(uri))).buffer;
  };
  // Keyed by address, of which a verifier has two per pool; nothing a token says makes another.
  const budgets = new Map<string, { left: number; since: Moment; failed: boolean }>();
  return new SimpleJwksCache({
    penaltyBox: NO_PENALTY,
    jwksParser: readJwks,
    fetcher: {
      fetch: async (uri) => {
        const budget = budgets.get(uri) ?? { left: AT_ONCE, since: now(), failed: true };
        budgets.set(uri, budget);
        budget.left = Math.min(AT_ONCE, budget.left + elapsed(budget.since, now()) / REFILL_MS);
        budget.since = now();
        if (budget.left < 1) {
          throw budget.failed ? unavailable("fetched") : new WaitPeriodNotYetEndedJwkError("fetched a moment ago");
        }
        budget.left -= 1;
        budget.failed = true;
        const bytes = await read(uri).catch(() => {
          throw unavailable("fetched");
        });
        // Read here too, because whether it can be read is what the next token is told.
        readJwks(bytes);
        budget.failed = false;
        return bytes;
      },
    },
  });
}

function readJwks(bytes: ArrayBuffer): Jwks {
  if (bytes.byteLength > MAX_BYTES) throw unavailable("read");
  let set: Jwks;
  try {
    set = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Jwks;
    assertIsJwks(set);
  } catch {
    // The library's errors quote what they cannot read.
    throw unavailable("read");
  }
  const ids = set.keys.map(({ kid }) => kid);
  if (ids.length === 0 || new Set(ids).size < ids.length) throw unavailable("read");
  return set;
}

function unavailable(done: "fetched" | "read"): OpenerError {
  return new OpenerError("KEY_UNAVAILABLE", `the user pool's signing keys could not be ${done}`);
}
