import { GetPublicKeyCommand } from "@aws-sdk/client-kms";
import type { LoadPublicKey } from "../crypto/agreement.ts";
import { CryptoError } from "../crypto/crypto-error.ts";
import { readPublicKey } from "../crypto/p256.ts";
import { askKms } from "./ask-kms.ts";
import type { KmsSender } from "./kms-client.ts";
import { kmsSending, type Sending } from "./sending.ts";

/**
 * The public half of a key for agreement that KMS holds (`GetPublicKey`), for mode `asymmetric`.
 *
 * Rejects with a `CryptoError`: `KEY_ACCESS_DENIED`, also for a key of another kind or curve, or `KEY_UNAVAILABLE`.
 */
export function kmsPublicKey(client: KmsSender, sending: Sending = kmsSending()): LoadPublicKey {
  return async (keyId, signal) => {
    const command = new GetPublicKeyCommand({ KeyId: keyId });
    const { PublicKey, KeyUsage } = await askKms(
      { client, sending },
      keyId,
      async (kms, abortSignal) => {
        const answer = await kms.send(command, { abortSignal });
        if (answer.PublicKey instanceof Uint8Array) return { ...answer, PublicKey: answer.PublicKey };
        throw new CryptoError("KEY_UNAVAILABLE", "KMS answered without a public key");
      },
      signal,
    );
    // Asking again would not change this.
    const key = KeyUsage === "KEY_AGREEMENT" ? readPublicKey(PublicKey) : null;
    if (key === null) throw new CryptoError("KEY_ACCESS_DENIED", "the KMS key is none for agreement on P-256");
    return key;
  };
}
