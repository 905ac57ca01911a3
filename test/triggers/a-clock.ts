import type { Clock } from "../../crypto/clock.ts";

/** Two clocks that only the test moves, and the time that has really passed, all in milliseconds. */
export type TestClock = {
  readonly now: Clock;
  readonly true: () => number;
  readonly pass: (ms: number) => void;
  /** Time passes and the environment is frozen: the steady clock stands still. */
  readonly freeze: (ms: number) => void;
  readonly setBack: (ms: number) => void;
};

export function aClock(): TestClock {
  let [wall, steady, time] = [1_000_000, 0, 0];
  return {
    now: () => ({ wall, steady }),
    true: () => time,
    pass: (ms) => {
      [wall, steady, time] = [wall + ms, steady + ms, time + ms];
    },
    freeze: (ms) => {
      [wall, time] = [wall + ms, time + ms];
    },
    setBack: (ms) => {
      wall -= ms;
    },
  };
}
