import { type After, afterTimeout } from "../../aws/after.ts";
import type { TimeAndChance } from "../../aws/sending.ts";
import type { Moment } from "../../crypto/clock.ts";

/** Time that passes when a test says so. */
export type FakeTime = {
  readonly now: () => Moment;
  readonly after: After;
  /** Lets so many milliseconds pass, and everything happen that is due in them, in order. */
  readonly pass: (ms: number) => Promise<void>;
  /** Lets wall time pass alone, as it does while an environment is frozen. */
  readonly freeze: (ms: number) => void;
  /** Timers that are waiting. */
  readonly timers: () => number;
  /** Timers that were ever set. */
  readonly timersSet: () => number;
};

/** It takes long to be slow, so that a busy machine changes nothing of what is counted; pauses are none. */
export const patience: TimeAndChance = { after: (ms, run) => afterTimeout(ms * 20, run), random: () => 0 };

/** Lets everything that has been settled run on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function fakeTime(): FakeTime {
  const clock = { wall: 1_000_000_000_000, steady: 0 };
  const waiting = new Set<{ readonly at: number; readonly run: () => void }>();
  let set = 0;

  const runTo = (steady: number): void => {
    clock.wall += steady - clock.steady;
    clock.steady = steady;
  };
  const nextBy = (end: number) =>
    [...waiting]
      .filter(({ at }) => at <= end)
      .reduce<{ at: number; run: () => void } | null>(
        (first, each) => (first !== null && first.at <= each.at ? first : each),
        null,
      );

  return {
    now: () => ({ ...clock }),
    after: (ms, run) => {
      const timer = { at: clock.steady + Math.max(0, ms), run };
      waiting.add(timer);
      set += 1;
      return () => waiting.delete(timer);
    },
    pass: async (ms) => {
      const end = clock.steady + ms;
      await settled();
      for (let next = nextBy(end); next !== null; next = nextBy(end)) {
        waiting.delete(next);
        runTo(next.at);
        next.run();
        await settled();
      }
      runTo(end);
    },
    freeze: (ms) => {
      clock.wall += ms;
    },
    timers: () => waiting.size,
    timersSet: () => set,
  };
}
