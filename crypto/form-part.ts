import { decodeBase64url } from "./base64url.ts";
import { CryptoError } from "./crypto-error.ts";

/** Bytes a part of an envelope may have. */
export type PartBounds = { readonly min: number; readonly max: number };

/**
 * The bytes of one part of an envelope.
 *
 * @param part What it is called in the message.
 * @throws {CryptoError} `SEALED_MALFORMED` where it is not canonical base64url, or not so long.
 */
export function readPart(part: string, text: string, { min, max }: PartBounds): Uint8Array {
  const decoded = decodeBase64url(text);
  if (decoded === null) throw malformedEnvelope(`has a ${part} that is not canonical base64url`);
  if (decoded.byteLength < min || decoded.byteLength > max) {
    const expected = min === max ? min : `${min} to ${max}`;
    throw malformedEnvelope(`has a ${part} of ${decoded.byteLength} bytes; expected ${expected}`);
  }
  return decoded;
}

/** Bounds of a part that has one length. */
export function exactly(bytes: number): PartBounds {
  return { min: bytes, max: bytes };
}

/** What is wrong with an envelope's form. */
export function malformedEnvelope(problem: string): CryptoError {
  return new CryptoError("SEALED_MALFORMED", `the envelope ${problem}`);
}
