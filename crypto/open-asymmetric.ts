import type { KeyObject } from "node:crypto";
import type { AgreementKey } from "./agreement.ts";
import { type AsymmetricEnvelope, readAsymmetric } from "./asymmetric-form.ts";
import { decryptContent } from "./content-encryption.ts";
import { CryptoError } from "./crypto-error.ts";
import { type ExpectedBinding, IAT_WINDOW, type IatWindow, type Place } from "./envelope-binding.ts";
import { openPlaintext } from "./envelope-plaintext.ts";
import type { Json } from "./strict-json.ts";

/**
 * Opens a `sealed_...` claim in mode `asymmetric`, taken from a token whose signature has been verified.
 *
 * Form first, the point on its curve included, then the keys, then what binds it: no private key is used with a
 * malformed value. Two keys are listed while one replaces the other. An envelope names its key, and a listed key that
 * is known to be another is passed over; a key that refuses does not end the search, KMS out of reach does.
 *
 * @param token The verified token's `sub` and `iat`, its client where that is to be compared, and the reader's own place.
 * @throws {CryptoError} `SEALED_MALFORMED`, `SEALED_INTEGRITY`, `SEALED_BINDING`, and whatever the keys reject with.
 */
export async function openAsymmetric(
  value: string,
  token: ExpectedBinding & { readonly place: Place },
  keys: readonly AgreementKey[],
  window: IatWindow = IAT_WINDOW,
): Promise<ReadonlyMap<string, Json>> {
  const envelope = readAsymmetric(value);
  return openPlaintext(await decryptWithOneOf(keys, envelope), token, window);
}

async function decryptWithOneOf(keys: readonly AgreementKey[], envelope: AsymmetricEnvelope): Promise<Buffer> {
  let failure = new CryptoError("SEALED_INTEGRITY", "the envelope does not decrypt with a key of the list");
  for (const { keyId, agree } of keys) {
    if (keyId !== null && keyId !== envelope.keyId) continue;
    try {
      const plaintext = decrypt(envelope, await agree(envelope.ephemeral));
      if (plaintext !== null) return plaintext;
    } catch (error) {
      if (!(error instanceof CryptoError) || error.code === "KEY_UNAVAILABLE") throw error;
      failure = error;
    }
  }
  throw failure;
}

/** Null where it does not: which check failed is nobody's business. */
function decrypt(envelope: AsymmetricEnvelope, contentKey: KeyObject): Buffer | null {
  try {
    return decryptContent(envelope, contentKey, envelope.header);
  } catch {
    return null;
  }
}
