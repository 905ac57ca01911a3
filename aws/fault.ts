/**
 * What a failed send says of the next one.
 * - `refused`: the service knows the request and will not have it. No repetition heals that.
 * - `throttled`: the service asks for fewer requests.
 * - `stale`: what had been kept from earlier was out of date, and is no longer kept: a connection that died while the
 *   environment was frozen, a clock that was off. The next send is worth making at once.
 * - `lost`: everything else: no answer in time, no connection, a name that does not resolve, an error of the service's
 *   own, an answer that is none.
 */
export type Fault = "refused" | "throttled" | "stale" | "lost";

/** An answer did not come in time. */
export class TimedOut extends Error {
  override readonly name = "TimeoutError";
}

/** What the SDK may reject with: an answer of the service, a fault of the network, or a parser's error over neither. */
type Rejection = {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $fault?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly clockSkewCorrected?: unknown };
};

/** AWS's names for it (retry behaviour, "Throttling errors"), as far as DynamoDB and KMS know them, and a busy batch. */
const THROTTLED: ReadonlySet<unknown> = new Set([
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "Unprocessed",
]);

/** Answered with a status that blames the request, though it may pass (KMS API reference, "Common errors"). */
const PASSING: ReadonlySet<unknown> = new Set(["RequestAbortedException", "RequestTimeout", "RequestTimeoutException"]);

const DEAD_CONNECTION: ReadonlySet<unknown> = new Set(["ECONNRESET", "EPIPE"]);

/** Tells what the SDK rejected with by names, codes and status alone: its texts may hold data. */
export function faultOf(error: unknown): Fault {
  if (typeof error !== "object" || error === null) return "lost";
  const { name, code, $fault, $metadata } = error as Rejection;
  const status = Number($metadata?.httpStatusCode);
  if (THROTTLED.has(name) || status === 429) return "throttled";
  // The SDK has set its clock by the answer that said so.
  if (DEAD_CONNECTION.has(code) || $metadata?.clockSkewCorrected === true) return "stale";
  // A page of HTML may have such a status too; only what the SDK could read as an error of the service has `$fault`.
  return $fault === "client" && status >= 400 && status < 500 && !PASSING.has(name) ? "refused" : "lost";
}
