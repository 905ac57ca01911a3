import { randomBytes } from "node:crypto";
import { encryptContent, IV_BYTES } from "./content-encryption.ts";
import type { DataKey } from "./data-key.ts";
import type { Binding } from "./envelope-binding.ts";
import { PROTECTED_HEADER, writeEnvelope } from "./envelope-form.ts";
import { writePlaintext } from "./envelope-plaintext.ts";
import { wrapContentKey } from "./key-wrap.ts";
import type { Json } from "./strict-json.ts";

/**
 * Seals claims for one resource server in mode `envelope`: the value of its `sealed_...` claim,
 * `1~<wrapped data key>~<JWE>`.
 *
 * Content key and initialization vector are drawn here for every envelope; no caller supplies one. The data key only
 * wraps content keys (A256KW, RFC 7518 section 4.4), which needs no nonce, so any number of issuers may share it.
 *
 * @param padTo Bytes to pad to, so that equal claims always give equal lengths; null pads in steps of 64.
 * @throws {CryptoError} `SEAL_TOO_LARGE` above 4,096 bytes of plaintext, or above `padTo`.
 * @throws {TypeError} for a claim with a name the envelope reserves.
 */
export function sealEnvelope(
  claims: ReadonlyMap<string, Json>,
  binding: Binding,
  dataKey: DataKey,
  padTo: number | null,
  random: (bytes: number) => Uint8Array = randomBytes,
): string {
  const plaintext = writePlaintext(claims, binding, padTo);
  const contentKey = random(32);
  const iv = random(IV_BYTES);
  try {
    const encryptedKey = wrapContentKey(contentKey, dataKey.key);
    const content = encryptContent(plaintext, contentKey, iv, PROTECTED_HEADER);
    return writeEnvelope({ wrapped: dataKey.wrapped, encryptedKey, ...content });
  } finally {
    contentKey.fill(0);
    plaintext.fill(0);
  }
}
