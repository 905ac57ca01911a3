import type { CryptoError } from "../crypto/crypto-error.ts";
import type { KmsSender } from "./kms-client.ts";
import { keyError } from "./kms-fault.ts";
import type { Sending } from "./sending.ts";

/** KMS of one region, and how requests are sent there. */
export type Kms = { readonly client: KmsSender; readonly sending: Sending };

/**
 * Sends one request about a key to KMS, and again where that is worth it. Rejects with the `CryptoError` of what went
 * wrong.
 *
 * @param send Sends it and reads what it needs of the answer. An answer that does not hold it is an outage like any
 * other, so it is to be thrown, as a `CryptoError` that says what was missing.
 * @param errorOf Tells the failures that mean something of their own to one operation.
 */
export async function askKms<T>(
  { client, sending }: Kms,
  keyId: string,
  send: (client: KmsSender, abortSignal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  errorOf: (error: unknown) => CryptoError = keyError,
): Promise<T> {
  try {
    return await sending.request(nameOf(keyId), (abortSignal) => send(client, abortSignal), signal);
  } catch (error) {
    throw errorOf(error);
  }
}

/** A region fails as a whole; it stands in a key's ARN. Whatever is named in another way is of the function's own. */
function nameOf(keyId: string): string {
  return `kms ${keyId.split(":")[3] ?? ""}`;
}
