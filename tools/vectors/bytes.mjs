// What all vectors are made with. Shares no code with `crypto/`, and draws nothing: bytes come from hashes of names.
import { createCipheriv, createHash } from "node:crypto";

export const b64 = (bytes) => Buffer.from(bytes).toString("base64url");

/** Bytes that look random and are the same in every run. */
export const seeded = (name, length) =>
  createHash("shake256", { outputLength: length }).update(`claimseal/${name}`).digest();

export const SEALED_AT = 1_763_805_600;
export const SUB = "7d8ca528-4931-4254-9273-ea5ee853f271";
export const TOKEN = { sub: SUB, iat: SEALED_AT + 1 };
export const CLAIMS = { licence_no: "DE-48213377" };

export const AUDIENCE = "care-api";
export const POOL = "eu-central-1_AbCdEfGhI";

export const contextOf = (audience = AUDIENCE, pool = POOL) => ({
  "claimseal:aud": audience,
  "claimseal:pool": pool,
  "claimseal:v": "1",
});

/** A data key as KMS would answer with one. */
export const dataKey = (name, audience, pool) => ({
  wrapped: Buffer.concat([Buffer.from("0102020078", "hex"), seeded(`wrapped/${name}`, 179)]),
  key: seeded(`key/${name}`, 32),
  context: contextOf(audience, pool),
});

/** AES key wrap (RFC 3394). */
export function wrapKey(key, contentKey) {
  const cipher = createCipheriv(`id-aes${key.length * 8}-wrap`, key, Buffer.alloc(8, 0xa6));
  return Buffer.concat([cipher.update(contentKey), cipher.final()]);
}

/** AES-GCM with a JWE's protected header as associated data; iv, ciphertext and tag in base64url. */
export function encrypt(key, iv, header, plaintext) {
  const cipher = createCipheriv(`aes-${key.length * 8}-gcm`, key, iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(header));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { iv: b64(iv), ciphertext: b64(ciphertext), tag: b64(cipher.getAuthTag()) };
}

/** A plaintext with spaces up to a multiple of 64 bytes, or to the one that holds `padTo`. */
export function padded(json, padTo = null) {
  const bytes = Buffer.from(json);
  return Buffer.concat([bytes, Buffer.alloc(Math.ceil((padTo ?? bytes.length) / 64) * 64 - bytes.length, " ")]);
}

/** The same text with one bit of the decoded bytes turned. */
export function flipped(text, at = 0) {
  const bytes = Buffer.from(text, "base64url");
  bytes[at] ^= 1;
  return b64(bytes);
}

/** The first bytes of a part. */
export const cut = (text, bytes) => b64(Buffer.from(text, "base64url").subarray(0, bytes));

/** Another spelling of the same bytes, where the last character has bits to spare. */
export function respelt(text) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const other = text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)) ^ 1];
  if (!Buffer.from(other, "base64url").equals(Buffer.from(text, "base64url"))) throw new Error("no bits to spare");
  return other;
}

/** A text with a space in its middle, which lenient decoders skip. */
export const spaced = (text) => `${text.slice(0, text.length / 2)} ${text.slice(text.length / 2)}`;

/** Several envelopes of one code, by what was done to one part of them. */
export const each = (refuses, changed, cases) =>
  Object.entries(cases).map(([name, value]) => refuses(changed, name, value));
