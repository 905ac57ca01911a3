import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import type { DataKey, EncryptionContext } from "../../crypto/data-key.ts";
import { WRAPPED_KEY_BYTES } from "../../crypto/envelope-form.ts";
import type { TakeDataKey } from "../../triggers/seal.ts";

/** A KMS in memory: real data keys, each bound to its key and context. */
export type Keys = {
  readonly take: TakeDataKey;
  /** The data key behind `wrapped`, for whoever may use this KMS key under this context. */
  readonly unwrap: (keyId: string, context: EncryptionContext, wrapped: Uint8Array) => Promise<KeyObject>;
  /** Any data key made for another KMS key or context. */
  readonly foreign: (keyId: string, context: EncryptionContext) => KeyObject;
};

export function keysInMemory(): Keys {
  const made = new Map<string, DataKey>();
  const stranger = createSecretKey(randomBytes(32));
  const idOf = (keyId: string, context: EncryptionContext): string => JSON.stringify([keyId, context]);
  return {
    take: async ({ key: keyId }, context) => {
      const id = idOf(keyId, context);
      const held = made.get(id) ?? { key: createSecretKey(randomBytes(32)), wrapped: randomBytes(WRAPPED_KEY_BYTES) };
      made.set(id, held);
      return held;
    },
    unwrap: async (keyId, context, wrapped) => {
      const held = made.get(idOf(keyId, context));
      if (held === undefined || Buffer.compare(held.wrapped, wrapped) !== 0)
        throw new Error("not a key of this server");
      return held.key;
    },
    foreign: (keyId, context) => {
      const id = idOf(keyId, context);
      return [...made].find(([other]) => other !== id)?.[1].key ?? stranger;
    },
  };
}
