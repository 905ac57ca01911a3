import type { CryptoError } from "../crypto/crypto-error.ts";
import { isTransientKmsFault, keyError } from "./kms-fault.ts";
import { resend } from "./resend.ts";

/**
 * Sends one request to KMS, and again after transient faults. Rejects with the `CryptoError` of what went wrong.
 *
 * @param errorOf Tells the failures that mean something of their own to one operation.
 */
export async function askKms<T>(
  send: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  errorOf: (error: unknown) => CryptoError = keyError,
): Promise<T> {
  try {
    return await resend(send, { signal, isTransient: isTransientKmsFault });
  } catch (error) {
    throw errorOf(error);
  }
}
