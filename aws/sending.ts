import { type Clock, systemClock } from "../crypto/clock.ts";
import { abortWatch } from "./abort-watch.ts";
import { type After, afterTimeout, pause } from "./after.ts";
import { type Dependency, dependency } from "./dependency.ts";
import { type Fault, faultOf } from "./fault.ts";
import { firstAnswer } from "./first-answer.ts";

/** Sends of one request at most, second copies included. */
export const MOST_SENDS = 3;

/** What one send to DynamoDB, and one to KMS, may take in milliseconds until the last byte of its answer is there. */
export const DYNAMODB_SEND_MS = 400;
export const KMS_SEND_MS = 800;

/** Longest pause before a request is sent again, in milliseconds; it doubles from one to the next. */
const PAUSE_MS = 25;

/** All the time that a throttled request is held up for: whoever would have to wait longer does without. */
const THROTTLED_PAUSE_MS = 50;

/** What was sent since the process started, and what came of it. Numbers only grow. */
export type Traffic = {
  /** Everything sent, retries and hedges included. */
  readonly sends: number;
  /** Sends after a fault. */
  readonly retries: number;
  /** Second copies of requests that were slow. */
  readonly hedges: number;
  /** Sends whose answer asked for fewer. */
  readonly throttled: number;
  /** Sends refused for good: no permission, no such table or key, a key that is disabled. */
  readonly denied: number;
  /** Sends that failed in any other way. */
  readonly failed: number;
  /** Requests that were not sent at all, because too many before them had just failed. */
  readonly skipped: number;
};

/** Sends requests of one kind, for the life of the process. */
export type Sending = {
  /**
   * Answers one request. Rejects with its last failure, with `NotSent`, or with `signal.reason`.
   *
   * @param to The name of the dependency whose health decides. Names come from configuration: they are not bounded here.
   * @param send Sends one copy. Copies may overlap, and one that was called off may still come to an end.
   * @param mostSends Fewer than three where another request has used some of them up.
   */
  readonly request: <T>(
    to: string,
    send: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
    mostSends?: number,
  ) => Promise<T>;
  readonly traffic: () => Traffic;
};

/** How requests of one kind are sent. */
type Manner = {
  readonly limitMs: number;
  readonly isHedged: boolean;
  /** Sends by which the breaker judges at the earliest. */
  readonly fewest: number;
};

/** A request was not sent, because too many before it had just failed. */
export class NotSent extends Error {
  override readonly name = "NotSent";
}

/** Time and chance, where they are not to be the process's own. */
export type TimeAndChance = { readonly now?: Clock; readonly random?: () => number; readonly after?: After };

/** Reads of DynamoDB: slow ones are hedged. */
export function dynamoSending(given: TimeAndChance = {}): Sending {
  return sending({ limitMs: DYNAMODB_SEND_MS, isHedged: true, fewest: 20 }, given);
}

/**
 * Requests to KMS. They are seldom and not hedged: each counts against a quota that the whole account shares. A breaker
 * that waited for twenty of them would never open where one event after the other waits for an answer that never comes:
 * that takes 1.4 s each, and two sends.
 */
export function kmsSending(given: TimeAndChance = {}): Sending {
  return sending({ limitMs: KMS_SEND_MS, isHedged: false, fewest: 10 }, given);
}

/**
 * Sends each request once, and up to twice more where it is worth it:
 * - a second copy, where there is no answer by the time most requests have one (`hedge-delay.ts`), unless the
 *   dependency was throttled just now;
 * - again after a fault that may pass, after a pause by chance of up to 25 and then 50 ms ("full jitter"): at once, but
 *   so only once, where a kept connection turned out to be dead; only once where it was throttled.
 *
 * Hedges and retries are each held to 10 % of the requests (`extra-window.ts`), so that an outage comes down to one send
 * per request, and none is sent while the breaker is open (`breaker.ts`). All that goes by dependency: what one in
 * trouble takes, the others do not miss.
 *
 * The SDK's own retries are turned off for this: after a throttling answer they pause for a second and more, which a
 * trigger that must answer within five cannot spend.
 */
function sending(
  { limitMs, isHedged, fewest }: Manner,
  { now = systemClock, random = Math.random, after = afterTimeout }: TimeAndChance,
): Sending {
  const dependencies = new Map<string, Dependency>();
  const traffic = { sends: 0, retries: 0, hedges: 0, throttled: 0, denied: 0, failed: 0, skipped: 0 };
  const onAbort = abortWatch();
  const steady = (): number => now().steady;

  const dependencyOf = (name: string): Dependency => {
    const known = dependencies.get(name) ?? dependency(limitMs, fewest, now);
    dependencies.set(name, known);
    return known;
  };

  return {
    request: async (to, send, signal, mostSends = MOST_SENDS) => {
      signal.throwIfAborted();
      const asked = dependencyOf(to);
      if (!asked.begin()) {
        traffic.skipped += 1;
        throw new NotSent("too many requests before it had just failed");
      }
      let left = mostSends;
      const copies = {
        limitMs,
        mayHedge: () => {
          const may = asked.hedge();
          if (may) traffic.hedges += 1;
          return may;
        },
        onSend: () => {
          left -= 1;
          traffic.sends += 1;
        },
        onAnswer: asked.answered,
        onFault: (fault: Fault) => {
          traffic[COUNTED_AS[fault]] += 1;
          asked.failed(fault);
        },
        steady,
        after,
        onAbort,
      };
      const earlier: Fault[] = [];
      for (;;) {
        const hedgeMs = isHedged && left > 1 ? asked.hedgeMs() : Number.POSITIVE_INFINITY;
        try {
          return await firstAnswer(send, signal, { ...copies, hedgeMs });
        } catch (error) {
          const fault = faultOf(error);
          const pauseMs = pauseAfter(fault, earlier);
          if (signal.aborted || left <= 0 || pauseMs === null || !asked.mayRetry()) throw error;
          if (pauseMs > 0) await pause(random() * pauseMs, signal, after, onAbort);
          if (!asked.retry()) throw error;
          earlier.push(fault);
          traffic.retries += 1;
        }
      }
    },
    traffic: () => ({ ...traffic }),
  };
}

const COUNTED_AS = { refused: "denied", throttled: "throttled", stale: "failed", lost: "failed" } as const;

/** How long to pause at most before a request is sent again, in milliseconds; null where it is not. */
function pauseAfter(fault: Fault, earlier: readonly Fault[]): number | null {
  if (fault === "refused" || earlier.includes("throttled")) return null;
  if (fault === "stale" && !earlier.includes("stale")) return 0;
  const pauses = earlier.filter((each) => each !== "stale").length;
  if (fault === "throttled") return pauses === 0 ? THROTTLED_PAUSE_MS : null;
  return PAUSE_MS * 2 ** pauses;
}
