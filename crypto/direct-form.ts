import { base64urlLength, encodeBase64url } from "./base64url.ts";
import { malformedEnvelope, type PartBounds, readPart } from "./form-part.ts";

/** Bounds for what KMS makes of a plaintext of 1 to 4,096 bytes: roomy around what it makes today. */
export const BLOB_BOUNDS: PartBounds = { min: 75, max: 4_608 };

/** Writes `1~<blob>`: KMS's CiphertextBlob. */
export function writeDirect(blob: Uint8Array): string {
  return `1~${encodeBase64url(blob)}`;
}

/** Characters of the claim value that `writeDirect` makes of a blob of this size. */
export function directLength(blobBytes: number): number {
  return 2 + base64urlLength(blobBytes);
}

const MAX_LENGTH = directLength(BLOB_BOUNDS.max);

/**
 * Reads a claim value in the one form `writeDirect` writes.
 *
 * @throws {CryptoError} `SEALED_MALFORMED`, with the part that is wrong.
 */
export function readDirect(value: string): Uint8Array {
  if (value.length > MAX_LENGTH) throw malformedEnvelope(`is longer than ${MAX_LENGTH} characters`);
  const [version, blob, ...rest] = value.split("~");
  if (version !== "1" || blob === undefined || rest.length > 0) throw malformedEnvelope("is not 1~...");
  return readPart("ciphertext blob", blob, BLOB_BOUNDS);
}

/**
 * Bytes of the CiphertextBlob that KMS makes of a plaintext: 58 bytes of its own, then a CMS EncryptedData (RFC 5652
 * section 8), whose lengths take more bytes as they grow. As measured on published blobs: 184 bytes for 32, 285 for 128.
 */
export function blobLength(plaintextBytes: number): number {
  const element = (contentBytes: number): number => 1 + derLengthBytes(contentBytes) + contentBytes;
  // A header and a tag around the content; then what stands before each level that holds it: OIDs, parameters, a version.
  const content = element(plaintextBytes + 27);
  const contentInfo = element(element(element(content + 43) + 3));
  return 58 + element(contentInfo + 11);
}

/** ITU-T X.690 section 8.1.3: one byte below 128, else one that counts those that follow. */
function derLengthBytes(length: number): number {
  return length < 0x80 ? 1 : length < 0x100 ? 2 : 3;
}
