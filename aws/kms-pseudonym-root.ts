import { GenerateMacCommand } from "@aws-sdk/client-kms";
import { CryptoError } from "../crypto/crypto-error.ts";
import { importDataKey } from "../crypto/import-data-key.ts";
import type { LoadPseudonymRoot } from "../crypto/pseudonym.ts";
import { askKms } from "./ask-kms.ts";
import type { KmsSender } from "./kms-client.ts";
import { kmsSending, type Sending } from "./sending.ts";

/** Always the same, so that the root is. KMS's condition keys cannot bind it: the key must have no other use. */
const MESSAGE = new TextEncoder().encode("claimseal/pseudonym/v1");

/**
 * The pseudonyms' root: the MAC of a fixed message under a KMS key (`GenerateMac`, HMAC_SHA_256). The key itself never
 * leaves KMS, and nothing about a person goes there.
 *
 * Rejects with a `CryptoError`: `KEY_ACCESS_DENIED`, or `KEY_UNAVAILABLE`, also for an answer that holds no such MAC.
 */
export function kmsPseudonymRoot(client: KmsSender, sending: Sending = kmsSending()): LoadPseudonymRoot {
  return async (key, signal) => {
    const command = new GenerateMacCommand({ KeyId: key, MacAlgorithm: "HMAC_SHA_256", Message: MESSAGE });
    return askKms(
      { client, sending },
      key,
      async (kms, abortSignal) => {
        const { Mac } = await kms.send(command, { abortSignal });
        const root = Mac instanceof Uint8Array ? importDataKey(Mac) : null;
        if (root === null) throw new CryptoError("KEY_UNAVAILABLE", "KMS answered without a 256-bit MAC");
        return root;
      },
      signal,
    );
  };
}
