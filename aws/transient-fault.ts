/** What the SDK may reject with: an answer of the service, a fault of the network, or a parser's error over neither. */
type Fault = {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
};

/**
 * Tells faults that may pass by themselves, and are worth another send, from those that will not: the error `names` of
 * the service, whatever has a code of Node's (`ECONNRESET`), and every answer of 500 or above.
 */
export function transientFault(names: ReadonlySet<unknown>): (error: unknown) => boolean {
  return (error) => {
    if (typeof error !== "object" || error === null) return false;
    const { name, code, $metadata } = error as Fault;
    const status = $metadata?.httpStatusCode;
    return names.has(name) || typeof code === "string" || (typeof status === "number" && status >= 500);
  };
}
