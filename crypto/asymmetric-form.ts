import type { KeyObject } from "node:crypto";
import { base64urlLength, decodeBase64url, encodeBase64url } from "./base64url.ts";
import { type EncryptedContent, IV_BYTES, TAG_BYTES } from "./content-encryption.ts";
import { CIPHERTEXT_BOUNDS, MAX_PLAINTEXT_BYTES } from "./envelope-form.ts";
import { exactly, malformedEnvelope, readPart } from "./form-part.ts";
import { COORDINATE_BYTES, coordinatesOf, KEY_ID_CHARACTERS, publicKeyOf } from "./p256.ts";

/** The parts of an envelope in mode `asymmetric`. */
export type AsymmetricEnvelope = EncryptedContent & {
  /** The protected header as it is sent, which is what the content key authenticates. */
  readonly header: string;
  /** The `kid` of the reader's key. */
  readonly keyId: string;
  /** The public key made for this envelope alone (`epk`), on the curve. */
  readonly ephemeral: KeyObject;
};

/** The protected header: these members, in this order, without white space, and no others. */
const HEADER =
  /^\{"alg":"ECDH-ES","enc":"A256GCM","kid":"([A-Za-z0-9_-]{8})","epk":\{"kty":"EC","crv":"P-256","x":"([A-Za-z0-9_-]{43})","y":"([A-Za-z0-9_-]{43})"\}\}$/;

/** Writes the protected header for a reader's key and an ephemeral one. */
export function agreementHeader(keyId: string, ephemeral: KeyObject): string {
  const { x, y } = coordinatesOf(ephemeral);
  const epk = { kty: "EC", crv: "P-256", x, y };
  return encodeBase64url(Buffer.from(JSON.stringify({ alg: "ECDH-ES", enc: "A256GCM", kid: keyId, epk })));
}

/** Writes `1~<JWE>`, the JWE in compact form and without an encrypted key (RFC 7516 section 7.1). */
export function writeAsymmetric(header: string, { iv, ciphertext, tag }: EncryptedContent): string {
  return `1~${header}..${[iv, ciphertext, tag].map(encodeBase64url).join(".")}`;
}

/** Characters of the protected header. */
const HEADER_LENGTH: number = base64urlLength(
  '{"alg":"ECDH-ES","enc":"A256GCM","kid":"","epk":{"kty":"EC","crv":"P-256","x":"","y":""}}'.length +
    KEY_ID_CHARACTERS +
    2 * base64urlLength(COORDINATE_BYTES),
);

/** Characters of the claim value that `writeAsymmetric` makes of a ciphertext of this size. */
export function asymmetricLength(ciphertextBytes: number): number {
  const parts = [IV_BYTES, ciphertextBytes, TAG_BYTES].map((bytes) => 1 + base64urlLength(bytes));
  return 2 + HEADER_LENGTH + 1 + parts.reduce((sum, part) => sum + part, 0);
}

const MAX_LENGTH = asymmetricLength(MAX_PLAINTEXT_BYTES);

/**
 * Reads a claim value in the one form `writeAsymmetric` writes. The ephemeral key is on the curve, or there is none:
 * no private key is ever used with another point.
 *
 * @throws {CryptoError} `SEALED_MALFORMED`, with the part that is wrong.
 */
export function readAsymmetric(value: string): AsymmetricEnvelope {
  if (value.length > MAX_LENGTH) throw malformedEnvelope(`is longer than ${MAX_LENGTH} characters`);
  const [version, jwe, ...rest] = value.split("~");
  if (version !== "1" || jwe === undefined || rest.length > 0) throw malformedEnvelope("is not 1~...");
  const parts = jwe.split(".");
  if (parts.length !== 5) throw malformedEnvelope("has no compact JWE of five parts");
  const [header = "", encryptedKey, iv = "", ciphertext = "", tag = ""] = parts;
  if (encryptedKey !== "") throw malformedEnvelope("has an encrypted key, which direct agreement has not");
  const { keyId, ephemeral } = readHeader(header);
  return {
    header,
    keyId,
    ephemeral,
    iv: readPart("initialization vector", iv, exactly(IV_BYTES)),
    ciphertext: readPart("ciphertext", ciphertext, CIPHERTEXT_BOUNDS),
    tag: readPart("tag", tag, exactly(TAG_BYTES)),
  };
}

/** Matched as text and never parsed as JSON, so no other algorithm, `apu`, `zip`, `crit` or duplicate has a way in. */
function readHeader(header: string): Pick<AsymmetricEnvelope, "keyId" | "ephemeral"> {
  const text = Buffer.from(decodeBase64url(header) ?? []).toString("latin1");
  const [, keyId, x, y] = HEADER.exec(text) ?? [];
  if (keyId === undefined || x === undefined || y === undefined) {
    throw malformedEnvelope("has another JWE header than ECDH-ES on P-256 with A256GCM");
  }
  const ephemeral = publicKeyOf({ x, y });
  if (ephemeral === null) throw malformedEnvelope("has an ephemeral key that is not a point of P-256");
  return { keyId, ephemeral };
}
