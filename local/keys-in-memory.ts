import { createHash, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import type { Plan } from "../claims/plan.ts";
import { CryptoError } from "../crypto/crypto-error.ts";
import type { EncryptionContext } from "../crypto/data-key.ts";
import { WRAPPED_KEY_BYTES } from "../crypto/envelope-form.ts";
import { pseudonymizer } from "../crypto/pseudonym.ts";
import type { TakeDataKey } from "../triggers/protect.ts";
import type { LoadPseudonyms } from "../triggers/pseudonyms.ts";

/** Data keys without a KMS: made here, known here, gone with what holds them. */
export type KeysInMemory = {
  readonly take: TakeDataKey;
  /** Unwraps under the context the key was made with, and no other; rejects with `SEALED_INTEGRITY`, as KMS would. */
  readonly unwrap: (wrapped: Uint8Array, context: EncryptionContext) => Promise<KeyObject>;
};

export function keysInMemory(): KeysInMemory {
  const made = new Map<string, KeyObject>();
  const name = (wrapped: Uint8Array, context: EncryptionContext): string =>
    JSON.stringify([Buffer.from(wrapped).toString("hex"), context["claimseal:aud"], context["claimseal:pool"]]);
  return {
    take: async (_seal, context) => {
      const wrapped = randomBytes(WRAPPED_KEY_BYTES);
      const key = createSecretKey(randomBytes(32));
      made.set(name(wrapped, context), key);
      return { key, wrapped };
    },
    unwrap: async (wrapped, context) => {
      const key = made.get(name(wrapped, context));
      if (key === undefined) throw new CryptoError("SEALED_INTEGRITY", "the data key was made for another context");
      return key;
    },
  };
}

/** Always the same, so that a pseudonym of one run is that of the next; of no deployed map, whose root only KMS knows. */
const ROOT: KeyObject = createSecretKey(createHash("sha256").update("claimseal/pseudonyms without KMS").digest());

/** Pseudonyms of a plan that names a key for them, under a root that everybody knows. */
export function pseudonymsInMemory({ pseudonyms }: Plan): LoadPseudonyms {
  return async (poolId) => (pseudonyms === undefined ? null : pseudonymizer(ROOT, poolId));
}
