import { DeriveSharedSecretCommand } from "@aws-sdk/client-kms";
import { type AgreeOnKey, contentKeyOf } from "../crypto/agreement.ts";
import { CryptoError } from "../crypto/crypto-error.ts";
import { spkiOf } from "../crypto/p256.ts";
import { askKms } from "./ask-kms.ts";
import type { KmsSender } from "./kms-client.ts";
import { kmsSending, type Sending } from "./sending.ts";

/**
 * Content keys agreed on with a private key that KMS holds (`DeriveSharedSecret`), for mode `asymmetric`. The curve's
 * cofactor is 1, so what KMS calls cofactor Diffie-Hellman is the agreement of RFC 7518 section 4.6.
 *
 * Rejects with a `CryptoError`: `KEY_ACCESS_DENIED`, or `KEY_UNAVAILABLE`, also for an answer that holds no such secret.
 */
export function kmsDeriveSharedSecret(client: KmsSender, sending: Sending = kmsSending()): AgreeOnKey {
  return async (keyId, ephemeral, signal) => {
    const command = new DeriveSharedSecretCommand({
      KeyId: keyId,
      KeyAgreementAlgorithm: "ECDH",
      PublicKey: spkiOf(ephemeral),
    });
    return askKms(
      { client, sending },
      keyId,
      async (kms, abortSignal) => {
        const { SharedSecret } = await kms.send(command, { abortSignal });
        const key = SharedSecret instanceof Uint8Array ? contentKeyOf(SharedSecret) : null;
        if (key === null) throw new CryptoError("KEY_UNAVAILABLE", "KMS answered without a 256-bit secret");
        return key;
      },
      signal,
    );
  };
}
