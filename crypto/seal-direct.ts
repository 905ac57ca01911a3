import { CryptoError } from "./crypto-error.ts";
import { BLOB_BOUNDS, writeDirect } from "./direct-form.ts";
import type { Binding } from "./envelope-binding.ts";
import { writePlaintext } from "./envelope-plaintext.ts";
import type { Json } from "./strict-json.ts";

/**
 * Seals claims by KMS alone: the value of a `sealed_...` claim in mode `direct`, `1~<blob>`. No cryptography happens
 * here.
 *
 * @param encrypt Encrypts under a key and a `DirectContext` of the caller's own choosing; the subject stands in that.
 * @param padTo As for `sealEnvelope`.
 * @throws {CryptoError} `SEAL_TOO_LARGE` above 4,096 bytes of plaintext, or above `padTo`; whatever `encrypt` rejects with.
 * @throws {TypeError} for a claim with a name the envelope reserves.
 */
export async function sealDirect(
  claims: ReadonlyMap<string, Json>,
  binding: Binding,
  encrypt: (plaintext: Uint8Array) => Promise<Uint8Array>,
  padTo: number | null,
): Promise<string> {
  const plaintext = writePlaintext(claims, binding, padTo, "context");
  try {
    const blob = await encrypt(plaintext);
    if (blob.byteLength < BLOB_BOUNDS.min || blob.byteLength > BLOB_BOUNDS.max) {
      throw new CryptoError("KEY_UNAVAILABLE", "KMS answered with a ciphertext that no reader takes");
    }
    return writeDirect(blob);
  } finally {
    plaintext.fill(0);
  }
}
