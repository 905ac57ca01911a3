import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { decodeBase64url } from "./base64url.ts";

/** Bytes of a coordinate, of a private key, and of a shared secret, leading zeros included. */
export const COORDINATE_BYTES = 32;

/** A P-256 public key as SubjectPublicKeyInfo with an uncompressed point (RFC 5480 section 2): this, then x and y. */
const SPKI_LEAD = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex");

const SPKI_BYTES: number = SPKI_LEAD.length + 2 * COORDINATE_BYTES;

/** Characters of `keyIdOf`. */
export const KEY_ID_CHARACTERS = 8;

/** A point as a JWK writes it (RFC 7518 section 6.2.1): base64url, 43 characters each. */
export type Coordinates = { readonly x: string; readonly y: string };

/**
 * The public key at a point; null where the point is not on the curve. A secret derived with such a point would tell
 * of the private key (RFC 7518 section 8.4, NIST SP 800-56A section 5.6.2.3).
 */
export function publicKeyAt(x: Uint8Array, y: Uint8Array): KeyObject | null {
  return readPublicKey(Buffer.concat([SPKI_LEAD, x, y]));
}

/**
 * The public key of an SPKI in DER; null for every other curve, form or length, for the point at infinity, which has no
 * such form, and for a point that is not on the curve: OpenSSL compares the equation and the range of both coordinates.
 */
export function readPublicKey(spki: Uint8Array): KeyObject | null {
  const der = Buffer.from(spki);
  if (der.length !== SPKI_BYTES || !der.subarray(0, SPKI_LEAD.length).equals(SPKI_LEAD)) return null;
  try {
    return createPublicKey({ key: der, format: "der", type: "spki" });
  } catch {
    return null;
  }
}

/** A P-256 public key as SPKI in DER: what KMS takes, and what its id is made of. */
export function spkiOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: "der", type: "spki" });
}

/** The point of a P-256 public key. */
export function coordinatesOf(publicKey: KeyObject): Coordinates {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  return { x, y };
}

/** The public key at a point in base64url; null where either part is not canonical, or the point not on the curve. */
export function publicKeyOf({ x, y }: Coordinates): KeyObject | null {
  const [left, right] = [decodeBase64url(x), decodeBase64url(y)];
  if (left?.byteLength !== COORDINATE_BYTES || right?.byteLength !== COORDINATE_BYTES) return null;
  return publicKeyAt(left, right);
}

/** A key's `kid`: the first eight base64url characters of the SHA-256 of its SPKI. Tells keys apart, proves nothing. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash("sha256").update(spkiOf(publicKey)).digest("base64url").slice(0, KEY_ID_CHARACTERS);
}

/** Whether a key is on this curve, whichever half of a pair it is. */
export function isP256({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === "ec" && asymmetricKeyDetails?.namedCurve === "prime256v1";
}
