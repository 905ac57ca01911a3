import { type CipherKey, createCipheriv, createDecipheriv } from "node:crypto";

/** RFC 7518 section 5.3: a 96-bit initialization vector, a 128-bit tag. */
export const IV_BYTES = 12;
export const TAG_BYTES = 16;

/** What a content key makes of a plaintext. */
export type EncryptedContent = {
  readonly iv: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
};

/** Encrypts with AES-256-GCM; a JWE's protected header, as it is sent, is authenticated along with it (RFC 7516 section 5.1). */
export function encryptContent(
  plaintext: Uint8Array,
  contentKey: CipherKey,
  iv: Uint8Array,
  header: string,
): EncryptedContent {
  const cipher = createCipheriv("aes-256-gcm", contentKey, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(header, "ascii"));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { iv, ciphertext, tag: cipher.getAuthTag() };
}

/** Decrypts; throws OpenSSL's error where key, header or any bit of the content is another. */
export function decryptContent(
  { iv, ciphertext, tag }: EncryptedContent,
  contentKey: CipherKey,
  header: string,
): Buffer {
  // Without authTagLength Node accepts tags cut to as little as four bytes (NIST SP 800-38D appendix C).
  const decipher = createDecipheriv("aes-256-gcm", contentKey, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(header, "ascii"));
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(ciphertext);
  // A stream cipher keeps nothing back: this only compares the tag.
  decipher.final();
  return plaintext;
}
