import { generateKeySync } from "node:crypto";
import type { Moment } from "../../crypto/clock.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { DataKey, EncryptionContext, GenerateDataKey } from "../../crypto/data-key.ts";
import { type DataKeyLimits, dataKeyCache } from "../../crypto/data-key-cache.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";

const key = generateKeySync("aes", { length: 256 });
export const care: EncryptionContext = encryptionContext("care-api", "eu-central-1_A");
export const never: AbortSignal = new AbortController().signal;

export const unavailable = (): CryptoError =>
  new CryptoError("KEY_UNAVAILABLE", "KMS could not be asked: TimeoutError");
export const denied = (): CryptoError => new CryptoError("KEY_ACCESS_DENIED", "KMS refuses the key: DisabledException");

/** Lets everything that has been settled run on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Call = { readonly keyId: string; readonly context: EncryptionContext; readonly signal: AbortSignal };

export type Fakes = {
  readonly clock: { wall: number; steady: number };
  readonly calls: readonly Call[];
  /** Decides each request. */
  readonly kms: { answer: (made: DataKey) => Promise<DataKey> };
  /** Resolves to the number of the data key served: 1 for the one made by the first request. */
  readonly take: (signal?: AbortSignal, context?: EncryptionContext, keyId?: string) => Promise<number | undefined>;
  readonly takeKey: () => Promise<DataKey>;
  /** Lets both clocks run. */
  readonly pass: (ms: number) => void;
};

/** A cache over a KMS that a test commands. */
export function fakes(limits: DataKeyLimits = {}, random: () => number = () => 0): Fakes {
  const clock = { wall: 1_000_000_000, steady: 0 };
  const calls: Call[] = [];
  const kms: Fakes["kms"] = { answer: async (made) => made };
  const generate: GenerateDataKey = (keyId, context, signal) => {
    calls.push({ keyId, context, signal });
    return kms.answer({ key, wrapped: Uint8Array.of(calls.length) });
  };
  const cached = dataKeyCache(generate, limits, (): Moment => ({ ...clock }), random);
  return {
    clock,
    calls,
    kms,
    take: async (signal = never, context = care, keyId = "key") => (await cached(keyId, context, signal)).wrapped[0],
    takeKey: () => cached("key", care, never),
    pass: (ms) => {
      clock.wall += ms;
      clock.steady += ms;
    },
  };
}
