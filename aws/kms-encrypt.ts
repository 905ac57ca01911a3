import { EncryptCommand } from "@aws-sdk/client-kms";
import { CryptoError } from "../crypto/crypto-error.ts";
import type { EncryptByKms } from "../crypto/direct-context.ts";
import { askKms } from "./ask-kms.ts";
import type { KmsSender } from "./kms-client.ts";
import { kmsSending, type Sending } from "./sending.ts";

/**
 * Plaintexts encrypted by KMS itself (`Encrypt`), for mode `direct`.
 *
 * Rejects with a `CryptoError`: `KEY_ACCESS_DENIED`, or `KEY_UNAVAILABLE`, also for an answer without a ciphertext.
 */
export function kmsEncrypt(client: KmsSender, sending: Sending = kmsSending()): EncryptByKms {
  return async (keyId, context, plaintext, signal) => {
    const command = new EncryptCommand({ KeyId: keyId, Plaintext: plaintext, EncryptionContext: context });
    return askKms(
      { client, sending },
      keyId,
      async (kms, abortSignal) => {
        const { CiphertextBlob } = await kms.send(command, { abortSignal });
        if (CiphertextBlob instanceof Uint8Array) return CiphertextBlob;
        throw new CryptoError("KEY_UNAVAILABLE", "KMS answered without a ciphertext");
      },
      signal,
    );
  };
}
