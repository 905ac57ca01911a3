import { DecryptCommand } from "@aws-sdk/client-kms";
import { CryptoError } from "../crypto/crypto-error.ts";
import type { UnwrapKey } from "../crypto/data-key.ts";
import { importDataKey } from "../crypto/import-data-key.ts";
import type { KmsSender } from "./kms-client.ts";
import { isTransientKmsFault, keyError } from "./kms-fault.ts";
import { resend } from "./resend.ts";

/** What KMS says of a blob that was not made with this key, or not under this context, or was tampered with. */
const FOREIGN_BLOB: ReadonlySet<unknown> = new Set(["InvalidCiphertextException", "IncorrectKeyException"]);

/**
 * Data keys unwrapped by KMS (`Decrypt`).
 *
 * The key is always named: left to itself KMS takes whichever key the blob says, which would be the sender's choice.
 * Rejects with a `CryptoError`: `SEALED_INTEGRITY`, `KEY_ACCESS_DENIED` or `KEY_UNAVAILABLE`.
 */
export function kmsUnwrap(client: KmsSender): UnwrapKey {
  return async (keyId, context, wrapped, signal) => {
    const command = new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: context });
    const { Plaintext } = await resend((abortSignal) => client.send(command, { abortSignal }), {
      signal,
      isTransient: isTransientKmsFault,
    }).catch((error: unknown) => {
      throw error instanceof Error && FOREIGN_BLOB.has(error.name) ? foreign() : keyError(error);
    });
    if (!(Plaintext instanceof Uint8Array)) {
      throw new CryptoError("KEY_UNAVAILABLE", "KMS answered without a plaintext");
    }
    const key = importDataKey(Plaintext);
    if (key === null) throw foreign();
    return key;
  };
}

function foreign(): CryptoError {
  return new CryptoError("SEALED_INTEGRITY", "the data key was not wrapped with this key under this context");
}
