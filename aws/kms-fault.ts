import { CryptoError } from "../crypto/crypto-error.ts";
import { transientFault } from "./transient-fault.ts";

/** Answers that no repetition heals: KMS knows the request and will not have it (AWS KMS API reference, common errors). */
const PERMANENT: ReadonlySet<unknown> = new Set([
  "AccessDeniedException",
  "DisabledException",
  "IncompleteSignatureException",
  "IncorrectKeyException",
  "InvalidArnException",
  "InvalidKeyUsageException",
  "InvalidSignatureException",
  "KMSInvalidStateException",
  "NotFoundException",
  "UnrecognizedClientException",
  "UnsupportedOperationException",
  "ValidationException",
]);

/** Answers and faults that may pass by themselves. */
const TRANSIENT: ReadonlySet<unknown> = new Set([
  "DependencyTimeoutException",
  "KeyUnavailableException",
  "KMSInternalException",
  "LimitExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "TimeoutError",
  "TooManyRequestsException",
]);

/** Whether a KMS request is worth another try. */
export const isTransientKmsFault: (error: unknown) => boolean = transientFault(TRANSIENT);

/**
 * The `CryptoError` for a failed KMS request: `KEY_ACCESS_DENIED` where KMS will not have it, `KEY_UNAVAILABLE` for
 * everything else, an answer that is no answer included.
 *
 * Only names from here are passed on. KMS's texts name principals and keys, and a parser's error quotes the body, which
 * may hold a key.
 */
export function keyError(error: unknown): CryptoError {
  const { name, code } = faultOf(error);
  return PERMANENT.has(name)
    ? new CryptoError("KEY_ACCESS_DENIED", `KMS refuses the key: ${String(name)}`)
    : new CryptoError("KEY_UNAVAILABLE", `KMS could not be asked: ${reason(name, code)}`);
}

function reason(name: unknown, code: unknown): string {
  // Node's own names for what went wrong on the wire: ECONNRESET, ENOTFOUND.
  if (typeof code === "string" && /^E[A-Z_]{2,20}$/.test(code)) return code;
  if (name === "CredentialsProviderError") return "no AWS credentials";
  return TRANSIENT.has(name) ? String(name) : "no usable answer";
}

function faultOf(error: unknown): { readonly name?: unknown; readonly code?: unknown } {
  return typeof error === "object" && error !== null ? error : {};
}
