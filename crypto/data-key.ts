import type { KeyObject } from "node:crypto";

/** Names and values KMS authenticates with a data key. Static, never personal: CloudTrail prints them in the clear. */
export type EncryptionContext = {
  readonly "claimseal:aud": string;
  readonly "claimseal:pool": string;
  readonly "claimseal:v": "1";
};

/** A data key ready for use: the key as a handle that shows no bytes by itself, and the same key wrapped by KMS. */
export type DataKey = {
  readonly key: KeyObject;
  /** KMS's CiphertextBlob. */
  readonly wrapped: Uint8Array;
  /** How old it is, in milliseconds, where that is known. */
  readonly ageMs?: number;
};

/** Asks for a new data key under `context`. Rejects with a `CryptoError`. */
export type GenerateDataKey = (keyId: string, context: EncryptionContext, signal: AbortSignal) => Promise<DataKey>;

/**
 * Unwraps a data key with exactly this key and context. Rejects with a `CryptoError`: `KEY_ACCESS_DENIED`,
 * `KEY_UNAVAILABLE`, or `SEALED_INTEGRITY` where the blob does not belong to the key and context.
 */
export type UnwrapKey = (
  keyId: string,
  context: EncryptionContext,
  wrapped: Uint8Array,
  signal: AbortSignal,
) => Promise<KeyObject>;
