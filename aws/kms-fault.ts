import { CryptoError } from "../crypto/crypto-error.ts";
import { faultOf } from "./fault.ts";

/**
 * Answers by which KMS will not have this key, or this caller with it (KMS API reference, `GenerateDataKey` and "Common
 * errors"): a data key that is held must not go on serving.
 *
 * What says nothing of the key is not among them, such as `ExpiredTokenException`: credentials are renewed.
 */
const PERMANENT: ReadonlySet<unknown> = new Set([
  "AccessDeniedException",
  "DisabledException",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "IncorrectKeyException",
  "InvalidArnException",
  "InvalidKeyUsageException",
  "InvalidSignatureException",
  "KMSInvalidStateException",
  "NotAuthorized",
  "NotFoundException",
  "OptInRequired",
  "UnrecognizedClientException",
  "UnsupportedOperationException",
  "ValidationError",
  "ValidationException",
]);

/** Faults that may pass by themselves, and may be told by name. */
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

/**
 * The `CryptoError` for a failed KMS request: `KEY_ACCESS_DENIED` where KMS will not have it, `KEY_UNAVAILABLE` for
 * everything else, an answer that is no answer included.
 *
 * Only names from here are passed on. KMS's texts name principals and keys, and a parser's error quotes the body, which
 * may hold a key.
 */
export function keyError(error: unknown): CryptoError {
  if (error instanceof CryptoError) return error;
  const { name, code } = typeof error === "object" && error !== null ? (error as Rejection) : {};
  // Refused for a clock that was off, and is no longer: that says nothing of the key.
  return PERMANENT.has(name) && faultOf(error) !== "stale"
    ? new CryptoError("KEY_ACCESS_DENIED", `KMS refuses the key: ${String(name)}`)
    : new CryptoError("KEY_UNAVAILABLE", `KMS could not be asked: ${reason(name, code)}`);
}

type Rejection = { readonly name?: unknown; readonly code?: unknown };

function reason(name: unknown, code: unknown): string {
  // Node's own names for what went wrong on the wire: ECONNRESET, ENOTFOUND.
  if (typeof code === "string" && /^E[A-Z_]{2,20}$/.test(code)) return code;
  if (name === "CredentialsProviderError") return "no AWS credentials";
  if (name === "NotSent") return "it has just failed too often";
  return TRANSIENT.has(name) ? String(name) : "no usable answer";
}
