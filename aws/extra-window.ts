/** Holds sends beyond the first of each request to a share of the requests. */
export type ExtraWindow = {
  /** A request begins. */
  readonly begin: () => void;
  /** Whether there may be an extra send. */
  readonly hasRoom: () => boolean;
  /** Takes one extra send where there may be one, and says whether it did. To be asked when it is sent, not before. */
  readonly take: () => boolean;
};

const REQUESTS = 1_000;
const EXTRAS = 100;

/**
 * Extra sends up to 10 %: while any 1,000 requests in a row begin, at most 100 are taken.
 *
 * Exact, by a ring of the last 1,000. An extra is put down to the request that began last, not to the one it is for:
 * requests begin in order but end as they please, and one that waited long would add to a thousand already counted.
 */
export function extraWindow(): ExtraWindow {
  const extras = new Uint8Array(REQUESTS);
  let latest = 0;
  let total = 0;
  const hasRoom = (): boolean => total < EXTRAS;
  return {
    begin: () => {
      latest = (latest + 1) % REQUESTS;
      total -= extras[latest] ?? 0;
      extras[latest] = 0;
    },
    hasRoom,
    take: () => {
      if (!hasRoom()) return false;
      extras[latest] = (extras[latest] ?? 0) + 1;
      total += 1;
      return true;
    },
  };
}
