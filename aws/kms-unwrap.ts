import type { UnwrapKey } from "../crypto/data-key.ts";
import { importDataKey } from "../crypto/import-data-key.ts";
import type { KmsSender } from "./kms-client.ts";
import { foreignBlob, kmsDecrypt } from "./kms-decrypt.ts";
import { kmsSending, type Sending } from "./sending.ts";

/**
 * Data keys unwrapped by KMS (`Decrypt`).
 *
 * Rejects with a `CryptoError`: `SEALED_INTEGRITY`, `KEY_ACCESS_DENIED` or `KEY_UNAVAILABLE`.
 */
export function kmsUnwrap(client: KmsSender, sending: Sending = kmsSending()): UnwrapKey {
  const decrypt = kmsDecrypt(client, sending);
  return async (...asked) => {
    const key = importDataKey(await decrypt(...asked));
    if (key === null) throw foreignBlob();
    return key;
  };
}
