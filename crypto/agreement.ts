import { createPublicKey, diffieHellman, type KeyObject } from "node:crypto";
import { concatKdf } from "./concat-kdf.ts";
import { importDataKey } from "./import-data-key.ts";
import { COORDINATE_BYTES, isP256, keyIdOf } from "./p256.ts";

/**
 * Agrees on a content key with a private key that KMS holds, by its ARN. Rejects with a `CryptoError`:
 * `KEY_ACCESS_DENIED` or `KEY_UNAVAILABLE`; that it was the wrong key shows only when the content does not decrypt.
 *
 * @param ephemeral The envelope's public key, on P-256.
 */
export type AgreeOnKey = (keyId: string, ephemeral: KeyObject, signal: AbortSignal) => Promise<KeyObject>;

/** One private key that may open envelopes in mode `asymmetric`, wherever it is held. */
export type AgreementKey = {
  /** Where it is known, an envelope that names another is not tried with this key. */
  readonly keyId: string | null;
  readonly agree: (ephemeral: KeyObject) => Promise<KeyObject>;
};

/** Finds the public key that goes with a KMS key. Rejects with a `CryptoError`. */
export type LoadPublicKey = (keyId: string, signal: AbortSignal) => Promise<KeyObject>;

/**
 * The content key of an agreement (RFC 7518 section 4.6, `ECDH-ES` with `A256GCM`); null where the secret is not 32
 * bytes. The secret is overwritten, best effort.
 */
export function contentKeyOf(secret: Uint8Array): KeyObject | null {
  try {
    if (secret.byteLength !== COORDINATE_BYTES) return null;
    return importDataKey(concatKdf(secret, { algorithm: "A256GCM", bits: 256 }));
  } finally {
    secret.fill(0);
  }
}

/**
 * A private key that this process holds: a partner's without KMS, or a test's.
 *
 * @throws {TypeError} for a key that is no private key on P-256.
 */
export function localAgreementKey(privateKey: KeyObject): AgreementKey {
  if (privateKey.type !== "private" || !isP256(privateKey)) throw new TypeError("expected a private key on P-256");
  return {
    keyId: keyIdOf(createPublicKey(privateKey)),
    agree: async (ephemeral) => {
      const key = contentKeyOf(diffieHellman({ privateKey, publicKey: ephemeral }));
      if (key === null) throw new TypeError("an agreement on P-256 has 32 bytes");
      return key;
    },
  };
}
