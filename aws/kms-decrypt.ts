import { DecryptCommand } from "@aws-sdk/client-kms";
import { CryptoError } from "../crypto/crypto-error.ts";
import type { EncryptionContext } from "../crypto/data-key.ts";
import { askKms } from "./ask-kms.ts";
import type { KmsSender } from "./kms-client.ts";
import { keyError } from "./kms-fault.ts";
import { kmsSending, type Sending } from "./sending.ts";

/** What KMS says of a blob that was not made with this key, or not under this context, or was tampered with. */
const FOREIGN_BLOB: ReadonlySet<unknown> = new Set(["InvalidCiphertextException", "IncorrectKeyException"]);

/** Decrypts by KMS, with exactly this key and context: a wrapped data key, or what mode `direct` seals. */
export type KmsDecrypt = (
  keyId: string,
  context: EncryptionContext,
  blob: Uint8Array,
  signal: AbortSignal,
) => Promise<Uint8Array>;

/**
 * Blobs decrypted by KMS (`Decrypt`). The bytes are the caller's to overwrite.
 *
 * The key is always named: left to itself KMS takes whichever key the blob says, which would be the sender's choice.
 * Rejects with a `CryptoError`: `SEALED_INTEGRITY`, `KEY_ACCESS_DENIED` or `KEY_UNAVAILABLE`.
 */
export function kmsDecrypt(client: KmsSender, sending: Sending = kmsSending()): KmsDecrypt {
  return async (keyId, context, blob, signal) => {
    const command = new DecryptCommand({ KeyId: keyId, CiphertextBlob: blob, EncryptionContext: context });
    return askKms(
      { client, sending },
      keyId,
      async (kms, abortSignal) => {
        const { Plaintext } = await kms.send(command, { abortSignal });
        if (Plaintext instanceof Uint8Array) return Plaintext;
        throw new CryptoError("KEY_UNAVAILABLE", "KMS answered without a plaintext");
      },
      signal,
      (error) => (error instanceof Error && FOREIGN_BLOB.has(error.name) ? foreignBlob() : keyError(error)),
    );
  };
}

/** The blob belongs to another key or context, or is none. */
export function foreignBlob(): CryptoError {
  return new CryptoError("SEALED_INTEGRITY", "the blob was not made with this key under this context");
}
