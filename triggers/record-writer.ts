import type { DecisionRecord, MetricCounts } from "./record.ts";
import { recordLine } from "./record-line.ts";

/** Writes one line, whole and after those before it; rejects when it cannot be written. The line brings no end along. */
export type WriteLine = (line: string) => Promise<void>;

/**
 * Takes what makes a line, given how many before it were lost. Resolves once that is written, or once a sign-in must not
 * wait for it any longer. Never rejects.
 */
export type QueueLine = (line: (lost: number) => string) => Promise<void>;

/** As `QueueLine`, for a record of the token path. */
export type WriteRecord = (record: DecisionRecord, counts: MetricCounts) => Promise<void>;

export type WriterOptions = {
  /** Milliseconds a sign-in waits at most for its record. */
  readonly waitMs?: number;
  /** Records that may wait for those before them; more are dropped, and counted in the next one's `lost`. */
  readonly queue?: number;
  /** Calls back once after so many milliseconds; what it gives calls that off. */
  readonly timer?: (call: () => void, ms: number) => () => void;
};

type Waiting = { readonly line: string; readonly lost: number; readonly done: () => void };

/**
 * Writes records one after the other, in their order, and lets no sign-in wait for a log that is blocked or slow: that
 * may cost records, which are counted, and never a token.
 *
 * Lambda freezes the process once it has answered. A line on its way then stays where it is, and goes on with the next
 * event; what still waits when the environment is taken away is gone without a count.
 */
export function lineWriter(
  write: WriteLine,
  { waitMs = 50, queue = 100, timer = afterMs }: WriterOptions = {},
): QueueLine {
  const waiting: Waiting[] = [];
  let isWriting = false;
  let lost = 0;

  async function writeAll(): Promise<void> {
    isWriting = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      try {
        await write(next.line);
      } catch {
        lost += 1 + next.lost;
      }
      next.done();
    }
    isWriting = false;
  }

  const enqueue = (line: string): Promise<void> =>
    new Promise((resolve) => {
      const callOff = timer(resolve, waitMs);
      const done = () => {
        callOff();
        resolve();
      };
      waiting.push({ line, lost, done });
      lost = 0;
      if (!isWriting) void writeAll();
    });

  return async (line) => {
    if (isWriting && waiting.length >= queue) {
      lost += 1;
      return;
    }
    try {
      await enqueue(line(lost));
    } catch {
      // A record that cannot be made is no reason to refuse a token either.
      lost += 1;
    }
  };
}

/** Writes records of the token path, as `lineWriter` does. */
export function recordWriter(write: WriteLine, options?: WriterOptions): WriteRecord {
  const writeLine = lineWriter(write, options);
  return (record, counts) => writeLine((lost) => recordLine(record, counts, lost));
}

function afterMs(call: () => void, ms: number): () => void {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
}
