import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { der, derContent } from "./der.ts";

/** One generation of a KMS key's material. A key that rotates would have several; a blob says which one made it. */
export type BackingKey = {
  /** Names the KMS key in its blobs: the same 32 bytes in each of them. */
  readonly fingerprint: Buffer;
  readonly generation: number;
  readonly secret: Buffer;
};

/*
 * The layout of KMS's symmetric ciphertext as measured on published blobs: five constant bytes, 32 that name the key,
 * one that we take for the generation, 16 random ones, a length, then a CMS EncryptedData (RFC 5652, section 8) with
 * AES-256-GCM (RFC 5084). A wrapped 32-byte key has 184 bytes.
 */
const magic = Buffer.of(0x01, 0x02, 0x02, 0x00, 0x78);
const generationAt = magic.length + 32;
const saltAt = generationAt + 1;
const lengthAt = saltAt + 16;
const cmsAt = lengthAt + 4;

const oid = {
  data: objectIdentifier("2a864886f70d010701"),
  encryptedData: objectIdentifier("2a864886f70d010706"),
  aes256Gcm: objectIdentifier("60864801650304012e"),
};
const sequence = 0x30;
const boxPath = [0, 1, 0, 1, 2];
const ivPath = [0, 1, 0, 1, 1, 1, 0];

const authTagLength = 16;
/** By this much a real blob is longer than its plaintext and tag account for; what KMS keeps there is not published. */
const innerHeader = Buffer.alloc(11);

/** A new key's first material, and the name its blobs carry. */
export function newBackingKey(): BackingKey {
  const id = randomBytes(16);
  return { fingerprint: Buffer.concat([id, checksum(id)]), generation: 1, secret: randomBytes(32) };
}

/** Wraps `plaintext` under a key derived for this blob alone. Only the same `aad` unwraps it. */
export function wrap(backing: BackingKey, plaintext: Uint8Array, aad: string): Buffer {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const boxLength = innerHeader.length + plaintext.length + authTagLength;
  const cms = encryptedData(iv, Buffer.alloc(boxLength));
  const length = Buffer.alloc(cmsAt - lengthAt);
  length.writeUInt32BE(cms.length);
  const lead = Buffer.concat([
    magic,
    backing.fingerprint,
    Buffer.of(backing.generation),
    salt,
    length,
    cms.subarray(0, -boxLength),
  ]);
  const cipher = createCipheriv("aes-256-gcm", blobKey(backing, salt), iv, { authTagLength });
  cipher.setAAD(Buffer.concat([lead, Buffer.from(aad)]));
  return Buffer.concat([
    lead,
    cipher.update(innerHeader),
    cipher.update(plaintext),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** The fingerprint of the key that made a blob; undefined for bytes that no KMS made. */
export function blobFingerprint(blob: Uint8Array): Buffer | undefined {
  const bytes = Buffer.from(blob);
  const fingerprint = bytes.subarray(magic.length, generationAt);
  if (bytes.length <= cmsAt || !bytes.subarray(0, magic.length).equals(magic)) return undefined;
  // Tells a damaged name, which is no ciphertext, from the name of a key that does not exist.
  return checksum(fingerprint.subarray(0, 16)).equals(fingerprint.subarray(16)) ? fingerprint : undefined;
}

/** The generation of its key that made a blob. Assumed: blob-generation. */
export function blobGeneration(blob: Uint8Array): number | undefined {
  return blob[generationAt];
}

/** Unwraps a blob of this key; undefined when the blob or `aad` is not what went into it. */
export function unwrap(backing: BackingKey, blob: Uint8Array, aad: string): Buffer | undefined {
  const bytes = Buffer.from(blob);
  try {
    const cms = bytes.subarray(cmsAt);
    const iv = derContent(cms, ivPath);
    const box = derContent(cms, boxPath);
    // Everything in front of the box is authenticated, so nothing else about the blob's form needs a check.
    const lead = bytes.subarray(0, bytes.length - box.length);
    const salt = bytes.subarray(saltAt, lengthAt);
    const decipher = createDecipheriv("aes-256-gcm", blobKey(backing, salt), iv, { authTagLength });
    decipher.setAAD(Buffer.concat([lead, Buffer.from(aad)]));
    decipher.setAuthTag(box.subarray(-authTagLength));
    const opened = Buffer.concat([decipher.update(box.subarray(0, -authTagLength)), decipher.final()]);
    return opened.subarray(innerHeader.length);
  } catch {
    return undefined;
  }
}

/** KMS never encrypts with the backing key itself ("AWS KMS cryptographic details", Encrypt). */
function blobKey(backing: BackingKey, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", backing.secret, salt, "claimseal/local-kms/v1", 32));
}

function encryptedData(iv: Buffer, box: Buffer): Buffer {
  const tagLengthParameter = der(0x02, Buffer.of(authTagLength));
  const algorithm = der(sequence, oid.aes256Gcm, der(sequence, der(0x04, iv), tagLengthParameter));
  const content = der(sequence, oid.data, algorithm, der(0x80, box));
  return der(sequence, oid.encryptedData, der(0xa0, der(sequence, der(0x02, Buffer.of(0)), content)));
}

function checksum(id: Buffer): Buffer {
  return createHash("sha256").update(id).digest().subarray(0, 16);
}

function objectIdentifier(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}
