import { EncryptCommand } from "@aws-sdk/client-kms";
import { CryptoError } from "../crypto/crypto-error.ts";
import type { EncryptByKms } from "../crypto/direct-context.ts";
import { askKms } from "./ask-kms.ts";
import type { KmsSender } from "./kms-client.ts";

/**
 * Plaintexts encrypted by KMS itself (`Encrypt`), for mode `direct`.
 *
 * Rejects with a `CryptoError`: `KEY_ACCESS_DENIED`, or `KEY_UNAVAILABLE`, also for an answer without a ciphertext.
 */
export function kmsEncrypt(client: KmsSender): EncryptByKms {
  return async (keyId, context, plaintext, signal) => {
    const command = new EncryptCommand({ KeyId: keyId, Plaintext: plaintext, EncryptionContext: context });
    const { CiphertextBlob } = await askKms((abortSignal) => client.send(command, { abortSignal }), signal);
    if (CiphertextBlob instanceof Uint8Array) return CiphertextBlob;
    throw new CryptoError("KEY_UNAVAILABLE", "KMS answered without a ciphertext");
  };
}
