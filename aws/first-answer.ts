import type { AbortWatch } from "./abort-watch.ts";
import type { After } from "./after.ts";
import { type Fault, faultOf, TimedOut } from "./fault.ts";

/** How long copies of one request may take, and who hears of them. */
export type Copies = {
  /** For all copies together, from when the first is sent. */
  readonly limitMs: number;
  /** When to send a second copy; Infinity for never. */
  readonly hedgeMs: number;
  /** Asked then, and only if there is no answer yet. */
  readonly mayHedge: () => boolean;
  /** A copy is being sent. */
  readonly onSend: () => void;
  /** The first copy was answered after so many milliseconds, or overtaken by a second one that was due after so many. */
  readonly onAnswer: (ms: number) => void;
  /** A copy failed by itself, or by taking too long. One that is called off is nobody's failure. */
  readonly onFault: (fault: Fault) => void;
  readonly steady: () => number;
  readonly after: After;
  readonly onAbort: AbortWatch;
};

type Copy = { readonly abort: AbortController; readonly since: number };

/**
 * Sends a request, and a second copy of it where the first is slow. The first answer wins, and the other copy is called
 * off; a copy that fails leaves it to the other. Rejects with the last failure, or the refusal where one of two was
 * refused; with `TimedOut` at the limit; with `signal.reason` once that aborts.
 *
 * The limit is kept here because the SDK's own ends with the headers: a body may then take forever. Nothing that was
 * given up is waited for, since not everything a client does (finding credentials, say) listens to a signal.
 *
 * One timer at a time, which first waits for the second copy and then for the limit.
 */
export function firstAnswer<T>(
  send: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  { limitMs, hedgeMs, mayHedge, onSend, onAnswer, onFault, steady, after, onAbort }: Copies,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const underWay = new Set<Copy>();
    const start = steady();
    let refusal: unknown;

    const end = (): void => {
      callOff();
      unwatch();
      for (const { abort } of underWay) abort.abort();
      underWay.clear();
    };

    /** Gives up on whatever is under way. It was slow if it has taken `slowMs`, and a dependency that is slow fails. */
    const giveUp = (reason: unknown, slowMs: number): void => {
      const now = steady();
      for (const { since } of underWay) if (now - since >= slowMs) onFault("lost");
      end();
      reject(reason);
    };

    const sendCopy = (isFirst: boolean): void => {
      const copy: Copy = { abort: new AbortController(), since: steady() };
      underWay.add(copy);
      onSend();
      sent(send, copy.abort.signal).then(
        (answer) => {
          if (!underWay.delete(copy)) return;
          onAnswer(isFirst ? steady() - start : hedgeMs);
          end();
          resolve(answer);
        },
        (error: unknown) => {
          if (!underWay.delete(copy)) return;
          const fault = faultOf(error);
          onFault(fault);
          if (fault === "refused") refusal ??= error;
          if (underWay.size > 0) return;
          end();
          reject(refusal ?? error);
        },
      );
    };

    const waitForLimit = (): void => {
      callOff = after(limitMs - (steady() - start), () => giveUp(new TimedOut("no answer in time"), 0));
    };

    let callOff = after(Math.min(hedgeMs, limitMs), () => {
      if (hedgeMs >= limitMs) return giveUp(new TimedOut("no answer in time"), 0);
      waitForLimit();
      // A process that was held up for so long has the answer waiting, most likely.
      if (steady() - start < limitMs && mayHedge()) sendCopy(false);
    });
    // The caller may give up for whatever reason; only a copy that had half of its time says something of who was asked.
    const unwatch = onAbort(signal, () => giveUp(signal.reason, limitMs / 2));
    sendCopy(true);
  });
}

/** What is thrown rather than rejected is a rejection too. */
async function sent<T>(send: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return send(signal);
}
