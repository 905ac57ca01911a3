import type { KeyObject } from "node:crypto";
import { decryptContent } from "./content-encryption.ts";
import { CryptoError } from "./crypto-error.ts";
import { type ExpectedBinding, IAT_WINDOW, type IatWindow } from "./envelope-binding.ts";
import { type Envelope, PROTECTED_HEADER, readEnvelope } from "./envelope-form.ts";
import { openPlaintext } from "./envelope-plaintext.ts";
import { unwrapContentKey } from "./key-wrap.ts";
import type { Json } from "./strict-json.ts";

/**
 * Opens a `sealed_...` claim in mode `envelope`, taken from a token whose signature has been verified.
 *
 * Form first, then the key, then the content, then what binds it: `unwrap` is never asked about a malformed value.
 *
 * @param token The verified token's `sub` and `iat`, and its client where that is to be compared.
 * @param unwrap Unwraps the data key, with key and context of the caller's own choosing.
 * @throws {CryptoError} `SEALED_MALFORMED`, `SEALED_INTEGRITY`, `SEALED_BINDING`, and whatever `unwrap` rejects with.
 */
export async function openEnvelope(
  value: string,
  token: ExpectedBinding,
  unwrap: (wrapped: Uint8Array) => Promise<KeyObject>,
  window: IatWindow = IAT_WINDOW,
): Promise<ReadonlyMap<string, Json>> {
  const envelope = readEnvelope(value);
  const dataKey = await unwrap(envelope.wrapped);
  return openPlaintext(decrypt(envelope, dataKey), token, window);
}

/** Decrypts, or says that it cannot. All failures are one code and one text: which check failed is nobody's business. */
function decrypt(envelope: Envelope, dataKey: KeyObject): Buffer {
  let contentKey: Buffer | undefined;
  try {
    contentKey = unwrapContentKey(envelope.encryptedKey, dataKey);
    return decryptContent(envelope, contentKey, PROTECTED_HEADER);
  } catch {
    throw new CryptoError("SEALED_INTEGRITY", "the envelope does not decrypt under its data key");
  } finally {
    contentKey?.fill(0);
  }
}
