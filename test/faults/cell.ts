import type { MetricName } from "../../triggers/record-metrics.ts";
import type { Evidence } from "./evidence.ts";
import type { World, WorldOptions } from "./world.ts";

/** How soon everybody who waits has an answer, as the page says it. */
export type Within = "1.5 s" | "4.2 s";

/** One fault of one thing the token path depends on, and what is to come of it. */
export type Cell = {
  /** `F01` to `F42`. */
  readonly id: string;
  readonly dependency: string;
  readonly fault: string;
  /** What whoever signs in gets, or the service that opens a token. */
  readonly gets: string;
  /** What is in the token, or what the service has of it. */
  readonly token: string;
  /** Every code that is seen, and no other is. */
  readonly codes: readonly string[];
  readonly within: Within;
  /** Other tests that prove parts of it. */
  readonly also?: readonly string[];
  /** Metrics that show it. */
  readonly metrics?: readonly MetricName[];
  readonly run: (bench: Bench) => Promise<void>;
};

/** What a cell is run with. */
export type Bench = {
  readonly evidence: Evidence;
  /** Starts a world; it is stopped, and searched, when the cell has run. */
  readonly start: (options?: WorldOptions) => Promise<World>;
  /** Notes an answer that is no sign-in's: its code, or null, and how long it took. */
  readonly timed: <T>(ask: () => Promise<T>) => Promise<T>;
  /** Called when the cell has run, the last first. */
  readonly afterwards: (end: () => Promise<void>) => void;
};
