import { write } from "node:fs";
import type { WriteLine } from "./record-writer.ts";

/** Standard output, by its file descriptor. */
export const STDOUT = 1;

/** Milliseconds until a pipe that is full is tried again. */
const FULL_MS = 20;

type LinesOptions = {
  /** Writes what it can of the bytes, and tells how many those were. */
  readonly writeSome?: (fd: number, bytes: Uint8Array) => Promise<number>;
  readonly wait?: (ms: number) => Promise<void>;
};

/**
 * Writes lines to a file descriptor without ever holding up the process: Node's own `process.stdout` writes to a pipe
 * synchronously, and stands still with everything in it while nobody reads (Node's documentation, "A note on process
 * I/O"). A write here is a thread's: of a pipe that blocks it keeps one of Node's four until somebody reads, and with it
 * an exit of the process that is not a kill; of one that does not block it is tried again.
 *
 * Write one line at a time: the next when the promise of the one before has settled.
 */
export function linesTo(fd: number, { writeSome = writeByThread, wait = sleep }: LinesOptions = {}): WriteLine {
  let isInsideLine = false;
  return async (line) => {
    // What failed half-way must not run into what comes after it.
    let rest: Uint8Array = Buffer.from(`${isInsideLine ? "\n" : ""}${line}\n`);
    while (rest.length > 0) {
      const written = await writeSome(fd, rest).catch((error: unknown) => {
        if (isFull(error)) return 0;
        throw error;
      });
      isInsideLine ||= written > 0;
      rest = rest.subarray(written);
      if (written === 0) await wait(FULL_MS);
    }
    isInsideLine = false;
  };
}

function writeByThread(fd: number, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, (error, written) => (error ? reject(error) : resolve(written)));
  });
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
