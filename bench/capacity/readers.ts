import { createSecretKey } from "node:crypto";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { EncryptionContext } from "../../crypto/data-key.ts";
import { unwrapCache } from "../../crypto/unwrap-cache.ts";
import { kmsBudget } from "../../resource-server/kms-budget.ts";
import { readSeal } from "../../resource-server/seal-options.ts";
import { numbered } from "./environment.ts";
import { NEVER, type SimulatedClock } from "./simulated-clock.ts";
import { HOUR_MS } from "./traffic.ts";

/** Openings of one resource server's envelopes: when, and the number of the data key. In the order of time. */
export type Openings = { readonly at: Float64Array; readonly key: Uint32Array };

/** What a day of one service came to. */
export type ReaderDay = {
  readonly openings: number;
  readonly decrypts: number;
  readonly decryptsInBusiestHour: number;
  /** Openings that an instance's own budget of calls refused. */
  readonly refused: number;
};

const KEY = createSecretKey(Buffer.alloc(32));
const KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000";

/** Calls a second that an instance makes where its options do not say. */
export const DEFAULT_BUDGET: number = readSeal({ mode: "envelope", keys: [KEY_ARN] }, "any")?.kmsCallsPerSecond ?? 0;

/** Lets a service's instances open envelopes, each request at one of them by chance, with the reader's own cache. */
export async function runReaders(
  { at, key }: Openings,
  instances: number,
  context: EncryptionContext,
  { clock, random }: { readonly clock: SimulatedClock; readonly random: () => number },
): Promise<ReaderDay> {
  let [decrypts, refused] = [0, 0];
  const perHour: number[] = [];
  const readers = Array.from({ length: instances }, () => {
    const spend = kmsBudget(DEFAULT_BUDGET, clock.now);
    return unwrapCache(
      async () => {
        spend();
        decrypts += 1;
        const hour = Math.floor(clock.ms / HOUR_MS);
        perHour[hour] = (perHour[hour] ?? 0) + 1;
        return KEY;
      },
      {},
      clock.now,
    );
  });
  const keys = [KEY_ARN];
  for (const [index, ms] of at.entries()) {
    clock.ms = ms;
    const reader = readers[Math.floor(random() * instances)] as (typeof readers)[number];
    try {
      await reader(keys, context, numbered(key[index] ?? 0), NEVER);
    } catch (error) {
      if (!(error instanceof CryptoError && error.code === "KEY_UNAVAILABLE")) throw error;
      refused += 1;
    }
  }
  const decryptsInBusiestHour = perHour.reduce((most, each) => Math.max(most, each ?? 0), 0);
  return { openings: at.length, decrypts, decryptsInBusiestHour, refused };
}
