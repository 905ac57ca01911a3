/** One moment as two clocks tell it, in milliseconds. */
export type Moment = {
  /** Wall time: goes on while a Lambda environment is frozen, but can be set back. */
  readonly wall: number;
  /** Time that only runs forward, but may stand still while the environment is frozen. */
  readonly steady: number;
};

export type Clock = () => Moment;

/** The process's own clocks. */
export const systemClock: Clock = () => ({ wall: Date.now(), steady: performance.now() });

/**
 * Milliseconds between two moments by whichever clock saw more of them, so neither a clock set back nor a frozen
 * environment makes a key look younger than it is.
 */
export function elapsed(from: Moment, to: Moment): number {
  return Math.max(to.wall - from.wall, to.steady - from.steady);
}
