import type { KeyObject } from "node:crypto";
import { CryptoError } from "./crypto-error.ts";
import type { EncryptionContext } from "./data-key.ts";

/**
 * Unwraps a data key with the first of these keys that can. Rejects as `UnwrapKey` does.
 *
 * Two keys are listed while one replaces the other. Which of them to ask is never taken from the token.
 */
export type UnwrapWithOneOf = (
  keyIds: readonly string[],
  context: EncryptionContext,
  wrapped: Uint8Array,
  signal: AbortSignal,
) => Promise<KeyObject>;

/**
 * Asks for one key after the other, in the order listed, until one opens the blob: a data key's, or that of mode
 * `direct`.
 *
 * A key that refuses does not end the search, or a retired key still in the list would close the door on its
 * successor; its refusal is what is reported when no other opens. KMS out of reach ends it: that is worth a retry.
 */
export function unwrapWithOneOf<Context, Inside>(
  unwrap: (keyId: string, context: Context, blob: Uint8Array, signal: AbortSignal) => Promise<Inside>,
): (keyIds: readonly string[], context: Context, blob: Uint8Array, signal: AbortSignal) => Promise<Inside> {
  return async (keyIds, ...rest) => {
    let failure = new CryptoError("SEALED_INTEGRITY", "the data key was not wrapped with a key of the list");
    for (const keyId of keyIds) {
      try {
        return await unwrap(keyId, ...rest);
      } catch (error) {
        if (!(error instanceof CryptoError) || error.code === "KEY_UNAVAILABLE") throw error;
        if (error.code === "KEY_ACCESS_DENIED") failure = error;
      }
    }
    throw failure;
  };
}
