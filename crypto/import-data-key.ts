import { createSecretKey, type KeyObject } from "node:crypto";

/** AES-256; a pseudonyms' root is as long. */
const KEY_BYTES = 32;

/**
 * Turns raw key bytes into a key handle and overwrites the bytes; null where they are not 256 bits.
 *
 * The only place that holds a data key's bytes, or a root's. `createSecretKey` copies exactly the view it is given, and only that
 * view is overwritten: the SDK hands out views into a pool that other values share. Overwriting is best effort (the
 * SDK's own copies cannot be reached); what is promised is a bounded lifetime, not erasure.
 */
export function importDataKey(raw: Uint8Array): KeyObject | null {
  try {
    return raw.byteLength === KEY_BYTES ? createSecretKey(raw) : null;
  } finally {
    raw.fill(0);
  }
}
