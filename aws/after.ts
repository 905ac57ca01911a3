import type { AbortWatch } from "./abort-watch.ts";

/** Runs something after so many milliseconds, unless it is called off. */
export type After = (ms: number, run: () => void) => () => void;

/** By the process's own timers. */
export const afterTimeout: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** Resolves after so many milliseconds, or rejects with `signal.reason` once that aborts. */
export function pause(ms: number, signal: AbortSignal, after: After, onAbort: AbortWatch): Promise<void> {
  return new Promise((resolve, reject) => {
    const callOff = after(ms, () => {
      unwatch();
      resolve();
    });
    const unwatch = onAbort(signal, () => {
      callOff();
      unwatch();
      reject(signal.reason);
    });
  });
}
