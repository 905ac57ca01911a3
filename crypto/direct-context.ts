import type { EncryptionContext } from "./data-key.ts";

/**
 * The context of mode `direct`: the subject stands in it, so KMS itself refuses another's token. CloudTrail then shows
 * the subject in the clear.
 */
export type DirectContext = EncryptionContext & { readonly "claimseal:sub": string };

/** The context a plaintext is encrypted and decrypted under in mode `direct`. */
export function directContext(context: EncryptionContext, sub: string): DirectContext {
  return { ...context, "claimseal:sub": sub };
}

/** Encrypts by KMS, under exactly this key and context. Rejects with a `CryptoError`. */
export type EncryptByKms = (
  keyId: string,
  context: DirectContext,
  plaintext: Uint8Array,
  signal: AbortSignal,
) => Promise<Uint8Array>;

/**
 * Decrypts by KMS, with exactly this key and context. Rejects with a `CryptoError`: `KEY_ACCESS_DENIED`,
 * `KEY_UNAVAILABLE`, or `SEALED_INTEGRITY` where the blob does not belong to the key and context.
 */
export type DecryptByKms = (
  keyId: string,
  context: DirectContext,
  blob: Uint8Array,
  signal: AbortSignal,
) => Promise<Uint8Array>;
