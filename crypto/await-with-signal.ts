/**
 * The outcome of `promise`, or a rejection with `signal.reason` once that aborts first. The promise itself goes on: it
 * may serve others, and its own failure is never left unhandled.
 */
export function awaitWithSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
