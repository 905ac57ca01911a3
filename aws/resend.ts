import { awaitWithSignal } from "../crypto/await-with-signal.ts";

export type Resending = {
  /** The caller's deadline. Once it aborts nothing more is sent, and nothing is waited for. */
  readonly signal: AbortSignal;
  /** Whether a fault may pass by itself, so that the same request is worth another try. */
  readonly isTransient: (error: unknown) => boolean;
  /** Sends in all. */
  readonly attempts?: number;
  /** Longest pause before the second send, in milliseconds; it doubles from send to send. */
  readonly baseMs?: number;
  readonly random?: () => number;
};

/**
 * Sends a request, and sends it again after transient faults, three times at most, pausing at random up to 25 and 50 ms
 * in between ("full jitter"). Rejects with the last error, or with `signal.reason`.
 *
 * The SDK's own retries are turned off for this: after a throttling answer they pause for a second and more, which a
 * trigger that must answer within five cannot spend.
 */
export async function resend<T>(
  send: (signal: AbortSignal) => Promise<T>,
  { signal, isTransient, attempts = 3, baseMs = 25, random = Math.random }: Resending,
): Promise<T> {
  for (let sent = 1; ; sent += 1) {
    signal.throwIfAborted();
    try {
      // Raced, because not everything a client does (finding credentials, say) listens to the signal.
      return await awaitWithSignal(send(signal), signal);
    } catch (error) {
      if (signal.aborted || sent >= attempts || !isTransient(error)) throw error;
    }
    await awaitWithSignal(pause(random() * baseMs * 2 ** (sent - 1)), signal);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
