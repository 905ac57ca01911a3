import type { Traffic } from "./traffic.ts";

/** The n-th environment of a fleet in which the first free one is always taken. Rates are per second, times in seconds. */
export type Level = {
  /** Events that come to it. */
  readonly rate: number;
  /** How often one is started in its place. */
  readonly starts: number;
  /** How long such a one lives. */
  readonly lifeS: number;
  /** Data keys it asks for, of each resource server. */
  readonly keys: number;
  /** How long one of them seals. */
  readonly keyS: number;
};

/** Below this nothing is added to any figure. */
const LEAST_RATE = 1e-6;

/**
 * The environments that so many tokens a second keep busy, one by one.
 *
 * To the n-th comes what the n-1 before it cannot take: Erlang's loss formula for an ordered group. One that nobody
 * needs for `idleMinutes` ends, and so does every one after `lifeMinutes`; what overflows is taken to come by chance.
 */
export function fleetLevels(tokensPerSecond: number, renewalS: number, traffic: Traffic): readonly Level[] {
  const load = (tokensPerSecond * traffic.warmMs) / 1000;
  const levels: Level[] = [];
  let lost = 1;
  for (let n = 1; ; n += 1) {
    const next = (load * lost) / (n + load * lost);
    const rate = tokensPerSecond * (lost - next);
    if (rate < LEAST_RATE) return levels;
    levels.push(levelOf(rate, renewalS, traffic));
    lost = next;
  }
}

function levelOf(rate: number, renewalS: number, { idleMinutes, lifeMinutes }: Traffic): Level {
  const [idle, most] = [idleMinutes * 60, lifeMinutes * 60];
  // How long it goes on without a gap of `idle` in its work, on average.
  const run = Math.expm1(Math.min(rate * idle, 500)) / rate;
  const lifeS = run * -Math.expm1(-most / run);
  const starts = 1 / (lifeS + 1 / rate);
  // A key is renewed at the first use after its time; the life that is left decides whether it comes to that.
  const served = renewalS + 1 / rate;
  let each = 1;
  for (let at = served; at <= most; at += served) each += Math.exp(-at / run);
  return { rate, starts, lifeS, keys: starts * each, keyS: lifeS / each };
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((before, item) => before + of(item), 0);
}
