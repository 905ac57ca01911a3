import type { Random } from "../canary/random.ts";

/** Waits for a turn that comes in no order: after some of those who wait too, and before others. */
export type Turn = () => Promise<void>;

/** Lets go of some of those who wait at each turn of the event loop, by chance. */
export function shuffledTurns(random: Random): Turn {
  const waiting: (() => void)[] = [];
  let isArmed = false;

  function release(): void {
    isArmed = false;
    for (let left = 1 + random.int(waiting.length); left > 0; left -= 1) {
      const [next] = waiting.splice(random.int(waiting.length), 1);
      next?.();
    }
    arm();
  }

  function arm(): void {
    if (isArmed || waiting.length === 0) return;
    isArmed = true;
    setImmediate(release);
  }

  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      arm();
    });
}
