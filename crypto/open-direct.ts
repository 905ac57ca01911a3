import { readDirect } from "./direct-form.ts";
import { type ExpectedBinding, IAT_WINDOW, type IatWindow } from "./envelope-binding.ts";
import { openPlaintext } from "./envelope-plaintext.ts";
import type { Json } from "./strict-json.ts";

/**
 * Opens a `sealed_...` claim in mode `direct`, taken from a token whose signature has been verified.
 *
 * @param token The verified token's `sub` and `iat`, and its client where that is to be compared.
 * @param decrypt Decrypts with a key and a `DirectContext` of the caller's own choosing: of this token's `sub`.
 * @throws {CryptoError} `SEALED_MALFORMED`, `SEALED_BINDING`, and whatever `decrypt` rejects with.
 */
export async function openDirect(
  value: string,
  token: ExpectedBinding,
  decrypt: (blob: Uint8Array) => Promise<Uint8Array>,
  window: IatWindow = IAT_WINDOW,
): Promise<ReadonlyMap<string, Json>> {
  return openPlaintext(await decrypt(readDirect(value)), token, window, "context");
}
