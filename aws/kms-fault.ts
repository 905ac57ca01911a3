import { CryptoError } from "../crypto/crypto-error.ts";

/** Answers that no repetition heals: KMS knows the request and will not have it (AWS KMS API reference, common errors). */
const PERMANENT: ReadonlySet<string> = new Set([
  "AccessDeniedException",
  "DisabledException",
  "IncorrectKeyException",
  "InvalidArnException",
  "InvalidKeyUsageException",
  "KMSInvalidStateException",
  "NotFoundException",
  "UnrecognizedClientException",
  "UnsupportedOperationException",
  "ValidationException",
]);

/** Answers and faults that may pass by themselves. */
const TRANSIENT: ReadonlySet<string> = new Set([
  "DependencyTimeoutException",
  "KeyUnavailableException",
  "KMSInternalException",
  "LimitExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "TimeoutError",
  "TooManyRequestsException",
]);

/** What the SDK may reject with: an answer of KMS, a fault of the network, or a parser's error over a body of neither. */
type Fault = {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
};

/** Whether a KMS request is worth another try. */
export function isTransientKmsFault(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name, code, $metadata } = error as Fault;
  const status = $metadata?.httpStatusCode;
  return TRANSIENT.has(nameOf(name)) || typeof code === "string" || (typeof status === "number" && status >= 500);
}

/**
 * The `CryptoError` for a failed KMS request: `KEY_ACCESS_DENIED` where KMS will not have it, `KEY_UNAVAILABLE` for
 * everything else, an answer that is no answer included.
 *
 * Only names of these lists are passed on. KMS's texts name principals and keys, and a parser's error quotes the body,
 * which may hold a key.
 */
export function keyError(error: unknown): CryptoError {
  const name = nameOf(typeof error === "object" && error !== null ? (error as Fault).name : undefined);
  if (PERMANENT.has(name)) return new CryptoError("KEY_ACCESS_DENIED", `KMS refuses the key: ${name}`);
  const reason = TRANSIENT.has(name) ? name : "no usable answer";
  return new CryptoError("KEY_UNAVAILABLE", `KMS could not be asked: ${reason}`);
}

function nameOf(name: unknown): string {
  return typeof name === "string" ? name : "";
}
