import { createSecretKey } from "node:crypto";
import { type DataKeyLimits, dataKeyCache } from "../../crypto/data-key-cache.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { seeded } from "./random.ts";
import { NEVER, simulatedClock } from "./simulated-clock.ts";

const STEP_MS = 10_000;
const KEYS = 50;

/** How long a data key serves where it is always in use, in milliseconds: asked of the cache itself, jitter included. */
export async function renewalMs(limits: DataKeyLimits | undefined): Promise<number> {
  const clock = simulatedClock();
  const made: number[] = [];
  const take = dataKeyCache(
    async () => {
      made.push(clock.ms);
      return { key: createSecretKey(Buffer.alloc(32)), wrapped: new Uint8Array(4) };
    },
    limits,
    clock.now,
    seeded(1),
  );
  const context = encryptionContext("any", "eu-central-1_Example01");
  for (; made.length <= KEYS; clock.ms += STEP_MS) await take("key", context, NEVER);
  return ((made.at(-1) ?? 0) - (made[0] ?? 0)) / KEYS;
}
