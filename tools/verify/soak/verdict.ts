import { type Point, slopeOf } from "./least-squares.ts";
import type { LedgerCounts } from "./ledger.ts";

/** What a process of the function said of itself at one moment. */
export type Sample = {
  /** Which of them. */
  readonly of: number;
  /** Seconds since the traffic began. */
  readonly at: number;
  /** Bytes of resident memory. */
  readonly rss: number;
  readonly strays: number;
  readonly warnings: number;
  /** The most connections there were at once, by the port they lead to. */
  readonly most: readonly (readonly [port: number, sockets: number])[];
};

export type Soaked = {
  readonly seconds: number;
  readonly rate: number;
  readonly counts: LedgerCounts;
  readonly samples: readonly Sample[];
  readonly requests: number;
  readonly faults: number;
  /** Whether a process of the function ended. */
  readonly hasEnded: boolean;
};

/** Plain numbers, as they are kept and added up. */
export type SoakFigures = { readonly [figure: string]: number };

/** Until a process has everything in memory that it ever has: ten minutes of an hour. */
const WARM_UP = { share: 1 / 6, most: 600 } as const;

/** In less time what is left of a few collections of garbage looks like a slope. */
const LONG_ENOUGH = 1_200;

const LIMITS = { slopeMb: 1, sockets: 50, ms: 4_200 } as const;

/** Megabytes of resident memory by which that process grows in ten minutes, once warm, that grows most. */
export function slopeAfterWarmUp(samples: readonly Sample[], seconds: number): number | null {
  const warm = Math.min(seconds * WARM_UP.share, WARM_UP.most);
  const slopes = [...new Set(samples.map(({ of }) => of))].map((process) =>
    slopeOf(
      samples
        .filter(({ of, at }) => of === process && at >= warm)
        .map(({ at, rss }): Point => ({ x: at / 600, y: rss / 1024 / 1024 })),
    ),
  );
  return slopes.reduce((most, slope) => (slope !== null && (most === null || slope > most) ? slope : most), null);
}

export function figuresOf({ seconds, counts, samples, requests, faults }: Soaked): SoakFigures {
  const { wrong, ...rest } = counts;
  const latest = [...new Map(samples.map((sample) => [sample.of, sample])).values()];
  const slope = slopeAfterWarmUp(samples, seconds);
  return {
    seconds,
    ...rest,
    requests,
    faults,
    mostRssMb: Math.max(0, ...samples.map(({ rss }) => rss)) / 1024 / 1024,
    ...(slope !== null && { slopeMb: slope }),
    mostSockets: Math.max(0, ...latest.flatMap(({ most }) => most.map(([, sockets]) => sockets))),
    strays: latest.reduce((sum, { strays }) => sum + strays, 0),
    warnings: latest.reduce((sum, { warnings }) => sum + warnings, 0),
    wrong: Object.values(wrong).reduce((sum, times) => sum + times, 0),
  };
}

/** What a soak broke of what is promised; empty when it broke nothing. */
export function problemsOf(soaked: Soaked): readonly string[] {
  const { seconds, rate, counts, hasEnded } = soaked;
  const { slopeMb, mostSockets = 0, strays = 0, warnings = 0, mostMs = 0, issued = 0 } = figuresOf(soaked);
  const isSlope = seconds >= LONG_ENOUGH && slopeMb !== undefined;
  return [
    ...(hasEnded ? ["a process ended"] : []),
    ...Object.entries(counts.wrong).map(([problem, times]) => `${problem}: ${times} times`),
    ...(counts.lost > 0 ? [`${counts.lost} records lost`] : []),
    ...(counts.records === counts.events ? [] : [`${counts.records} records of ${counts.events} events`]),
    ...(counts.events >= seconds * rate * 0.98 ? [] : [`${counts.events} events only: the machine is too slow`]),
    ...(issued >= counts.events / 2 ? [] : [`${issued} tokens only`]),
    ...(mostMs <= LIMITS.ms ? [] : [`an answer took ${Math.round(mostMs)} ms`]),
    ...(mostSockets <= LIMITS.sockets ? [] : [`${mostSockets} connections to one host`]),
    ...(strays + warnings === 0 ? [] : [`${strays} errors that nobody caught, ${warnings} warnings`]),
    ...(isSlope && slopeMb >= LIMITS.slopeMb ? [`memory grows by ${slopeMb.toFixed(2)} MB in ten minutes`] : []),
  ];
}
