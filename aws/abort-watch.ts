/** Runs something when a signal aborts, until it is called off. */
export type AbortWatch = (signal: AbortSignal, run: () => void) => () => void;

type Watched = { readonly waiting: Set<() => void>; readonly unwatch: () => void };

/**
 * Listens to each signal once, however many wait for it: all reads of an event have one signal, and Node prints a
 * warning where a signal has more than ten listeners.
 */
export function abortWatch(): AbortWatch {
  const signals = new Map<AbortSignal, Watched>();

  const watch = (signal: AbortSignal): Watched => {
    const waiting = new Set<() => void>();
    const onAbort = (): void => {
      for (const run of waiting) run();
    };
    signal.addEventListener("abort", onAbort);
    const unwatch = (): void => {
      signal.removeEventListener("abort", onAbort);
      signals.delete(signal);
    };
    const watched = { waiting, unwatch };
    signals.set(signal, watched);
    return watched;
  };

  return (signal, run) => {
    const { waiting, unwatch } = signals.get(signal) ?? watch(signal);
    waiting.add(run);
    return () => {
      if (waiting.delete(run) && waiting.size === 0) unwatch();
    };
  };
}
