import { createDecipheriv, type KeyObject } from "node:crypto";
import { CryptoError } from "./crypto-error.ts";
import { type Envelope, PROTECTED_HEADER, readEnvelope, TAG_BYTES } from "./envelope-form.ts";
import { type Binding, readPlaintext } from "./envelope-plaintext.ts";
import { unwrapContentKey } from "./key-wrap.ts";
import type { Json } from "./strict-json.ts";

/** Seconds by which a token's `iat` may lie after the `iat` inside its envelope. */
export type IatWindow = { readonly min: number; readonly max: number };

/** Tokens are issued right after their envelopes; a minute for clocks that differ, ten for retries and slow sign-ins. */
export const IAT_WINDOW: IatWindow = { min: -60, max: 600 };

/**
 * Opens the value of a `sealed_...` claim taken from a token whose signature has been verified.
 *
 * Form first, then the key, then the content, then what binds it: `unwrap` is never asked about a malformed value.
 *
 * @param token The verified token's `sub` and `iat`.
 * @param unwrap Unwraps the data key, with key and context of the caller's own choosing.
 * @throws {CryptoError} `SEALED_MALFORMED`, `SEALED_INTEGRITY`, `SEALED_BINDING`, and whatever `unwrap` rejects with.
 */
export async function openEnvelope(
  value: string,
  token: Binding,
  unwrap: (wrapped: Uint8Array) => Promise<KeyObject>,
  window: IatWindow = IAT_WINDOW,
): Promise<ReadonlyMap<string, Json>> {
  const envelope = readEnvelope(value);
  const dataKey = await unwrap(envelope.wrapped);
  const plaintext = decrypt(envelope, dataKey);
  try {
    const { sub, iat, claims } = readPlaintext(plaintext);
    if (sub !== token.sub) throw new CryptoError("SEALED_BINDING", "the envelope belongs to another subject");
    const age = token.iat - iat;
    if (!(age >= window.min && age <= window.max)) {
      throw new CryptoError("SEALED_BINDING", "the envelope was sealed for a token of another time");
    }
    return claims;
  } finally {
    plaintext.fill(0);
  }
}

/** Decrypts, or says that it cannot. All failures are one code and one text: which check failed is nobody's business. */
function decrypt({ encryptedKey, iv, ciphertext, tag }: Envelope, dataKey: KeyObject): Buffer {
  let contentKey: Buffer | undefined;
  try {
    contentKey = unwrapContentKey(encryptedKey, dataKey);
    // Without authTagLength Node accepts tags cut to as little as four bytes (NIST SP 800-38D appendix C).
    const decipher = createDecipheriv("aes-256-gcm", contentKey, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(PROTECTED_HEADER, "ascii"));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    throw new CryptoError("SEALED_INTEGRITY", "the envelope does not decrypt under its data key");
  } finally {
    contentKey?.fill(0);
  }
}
