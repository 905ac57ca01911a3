import { SimpleFetcher } from "aws-jwt-verify/https";
import { type JwksCache, SimpleJwksCache } from "aws-jwt-verify/jwk";
import { OpenerError } from "./opener-error.ts";
import type { FetchJwks } from "./opener-options.ts";

/** The library tries twice, so a service that starts while the pool's keys are out of reach knows within 3 s. */
const TIMEOUTS = { timeout: 1_000, responseTimeout: 1_400 };

/**
 * The pool's signing keys: fetched when first needed and when a token names one that is not known, held otherwise;
 * after a key id nobody knows, not asked again for 10 s. A fetch that fails is `KEY_UNAVAILABLE`, no fault of the token.
 */
export function jwksCache(fetchJwks: FetchJwks | null): JwksCache {
  const pool = new SimpleFetcher({ defaultRequestOptions: TIMEOUTS });
  const read = async (uri: string): Promise<ArrayBuffer> => {
    if (fetchJwks === null) return pool.fetch(uri);
    return new TextEncoder().encode(JSON.stringify(await fetchJwks(uri))).buffer;
  };
  return new SimpleJwksCache({
    fetcher: {
      fetch: async (uri) => {
        try {
          return await read(uri);
        } catch {
          throw new OpenerError("KEY_UNAVAILABLE", "the user pool's signing keys could not be fetched");
        }
      },
    },
  });
}
