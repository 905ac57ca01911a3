import { GenerateDataKeyCommand } from "@aws-sdk/client-kms";
import { CryptoError } from "../crypto/crypto-error.ts";
import type { GenerateDataKey } from "../crypto/data-key.ts";
import { WRAPPED_KEY_BOUNDS } from "../crypto/envelope-form.ts";
import { importDataKey } from "../crypto/import-data-key.ts";
import { askKms } from "./ask-kms.ts";
import type { KmsSender } from "./kms-client.ts";
import { kmsSending, type Sending } from "./sending.ts";

/**
 * Data keys made by KMS (`GenerateDataKey`, AES_256).
 *
 * Rejects with a `CryptoError`: `KEY_ACCESS_DENIED`, or `KEY_UNAVAILABLE`, also for an answer that holds no data key.
 */
export function kmsDataKeys(client: KmsSender, sending: Sending = kmsSending()): GenerateDataKey {
  return async (keyId, context, signal) => {
    const command = new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: "AES_256", EncryptionContext: context });
    return askKms(
      { client, sending },
      keyId,
      async (kms, abortSignal) => {
        const { Plaintext, CiphertextBlob } = await kms.send(command, { abortSignal });
        const key = Plaintext instanceof Uint8Array ? importDataKey(Plaintext) : null;
        if (key === null || !isWrappedKey(CiphertextBlob)) {
          throw new CryptoError("KEY_UNAVAILABLE", "KMS answered without a 256-bit data key and its wrapped form");
        }
        // Copied: the SDK's blob is a view into a pool, which would be kept as long as the data key.
        return { key, wrapped: new Uint8Array(CiphertextBlob) };
      },
      signal,
    );
  };
}

function isWrappedKey(blob: unknown): blob is Uint8Array {
  const { min, max } = WRAPPED_KEY_BOUNDS;
  return blob instanceof Uint8Array && blob.byteLength >= min && blob.byteLength <= max;
}
