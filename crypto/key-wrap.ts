import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";

/** AES key wrap's initial value (RFC 3394 section 2.2.3.1). Unwrapping checks it: that is what authenticates. */
const INITIAL_VALUE = Buffer.alloc(8, 0xa6);

/** Wraps a content key with a data key: A256KW (RFC 7518 section 4.4). Deterministic, so it needs no nonce. */
export function wrapContentKey(contentKey: Uint8Array, dataKey: KeyObject): Buffer {
  const cipher = createCipheriv("id-aes256-wrap", dataKey, INITIAL_VALUE);
  return Buffer.concat([cipher.update(contentKey), cipher.final()]);
}

/** Unwraps a content key; throws OpenSSL's error where it was not wrapped with this data key. */
export function unwrapContentKey(encryptedKey: Uint8Array, dataKey: KeyObject): Buffer {
  const decipher = createDecipheriv("id-aes256-wrap", dataKey, INITIAL_VALUE);
  // Key wrap is all or nothing: it gives the whole key or throws here, and has nothing left at the end.
  const contentKey = decipher.update(encryptedKey);
  decipher.final();
  return contentKey;
}
