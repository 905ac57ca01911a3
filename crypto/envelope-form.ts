import { base64urlLength, encodeBase64url } from "./base64url.ts";
import { type EncryptedContent, IV_BYTES, TAG_BYTES } from "./content-encryption.ts";
import { exactly, malformedEnvelope, type PartBounds, readPart } from "./form-part.ts";

/** The most bytes a plaintext may have, padding included. */
export const MAX_PLAINTEXT_BYTES = 4096;

/** AES-GCM adds nothing to a plaintext's length, and no plaintext is empty. */
export const CIPHERTEXT_BOUNDS: PartBounds = { min: 1, max: MAX_PLAINTEXT_BYTES };

/** Bytes a plaintext grows by: all that a length tells is the number of these. */
export const PADDING_STEP = 64;

/** Bytes of the CiphertextBlob that KMS makes of a 32-byte data key under a symmetric key. */
export const WRAPPED_KEY_BYTES = 184;

/** Bounds for a CiphertextBlob: roomy around what KMS makes today, far below what KMS would take. */
export const WRAPPED_KEY_BOUNDS: PartBounds = { min: 75, max: 450 };

/**
 * The protected header `{"alg":"A256KW","enc":"A256GCM"}`. It is compared as text and never parsed, so no other
 * algorithm, `zip`, `crit`, key reference or duplicate member has a way in.
 */
export const PROTECTED_HEADER: string = encodeBase64url(Buffer.from('{"alg":"A256KW","enc":"A256GCM"}'));

/** RFC 7518 section 4.4: a wrapped 256-bit key. */
const ENCRYPTED_KEY_BYTES = 40;

/** The parts of an envelope in mode `envelope`. */
export type Envelope = EncryptedContent & {
  /** The data key as KMS wrapped it. */
  readonly wrapped: Uint8Array;
  /** The content key, wrapped with the data key. */
  readonly encryptedKey: Uint8Array;
};

/** Writes `1~<wrapped data key>~<JWE>`, the JWE in compact form (RFC 7516 section 7.1). */
export function writeEnvelope({ wrapped, encryptedKey, iv, ciphertext, tag }: Envelope): string {
  const jwe = [encryptedKey, iv, ciphertext, tag].map(encodeBase64url).join(".");
  return `1~${encodeBase64url(wrapped)}~${PROTECTED_HEADER}.${jwe}`;
}

/** Characters of the claim value that `writeEnvelope` makes of a ciphertext of this size. */
export function envelopeLength(ciphertextBytes: number, wrappedBytes: number): number {
  const jwe = [ENCRYPTED_KEY_BYTES, IV_BYTES, ciphertextBytes, TAG_BYTES].map((bytes) => 1 + base64urlLength(bytes));
  return 2 + base64urlLength(wrappedBytes) + 1 + PROTECTED_HEADER.length + jwe.reduce((sum, part) => sum + part, 0);
}

const MAX_LENGTH = envelopeLength(MAX_PLAINTEXT_BYTES, WRAPPED_KEY_BOUNDS.max);

/**
 * Reads a claim value in the one form `writeEnvelope` writes.
 *
 * @throws {CryptoError} `SEALED_MALFORMED`, with the part that is wrong.
 */
export function readEnvelope(value: string): Envelope {
  if (value.length > MAX_LENGTH) throw malformedEnvelope(`is longer than ${MAX_LENGTH} characters`);
  const [version, edk, jwe, ...rest] = value.split("~");
  if (version !== "1" || edk === undefined || jwe === undefined || rest.length > 0) {
    throw malformedEnvelope("is not 1~...~...");
  }
  const parts = jwe.split(".");
  if (parts.length !== 5) throw malformedEnvelope("has no compact JWE of five parts");
  const [header, encryptedKey = "", iv = "", ciphertext = "", tag = ""] = parts;
  if (header !== PROTECTED_HEADER) throw malformedEnvelope("has another JWE header than A256KW with A256GCM");
  return {
    wrapped: readPart("wrapped data key", edk, WRAPPED_KEY_BOUNDS),
    encryptedKey: readPart("encrypted key", encryptedKey, exactly(ENCRYPTED_KEY_BYTES)),
    iv: readPart("initialization vector", iv, exactly(IV_BYTES)),
    ciphertext: readPart("ciphertext", ciphertext, CIPHERTEXT_BOUNDS),
    tag: readPart("tag", tag, exactly(TAG_BYTES)),
  };
}
