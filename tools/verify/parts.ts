import { type Chunk, chunksOf, type Figures } from "./chunks.ts";
import { whole } from "./progress.ts";

/** One promise that takes long to hold the code to. */
export type Part = {
  readonly name: string;
  /** What is promised, as the page has it. */
  readonly promise: string;
  /** What is counted, and how many of it there are in all, and in one piece. */
  readonly unit: string;
  readonly total: number;
  readonly each: number;
  readonly seed: number;
  /** Seconds that one of them takes on one core, until it is known better. */
  readonly guessS: number;
  /** The files and folders whose contents decide what comes of it. */
  readonly code: readonly string[];
  readonly command: (chunk: Chunk) => Command;
  /** What was measured, in words. */
  readonly told: (figures: Figures) => string;
};

/** A program for Node, from the root of the project. Those that tell their figures do so by messages (`report.ts`). */
export type Command = {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The figures of a program that tells none, if it ends well. */
  readonly figures?: Figures;
};

/** What every sign-in goes through. */
const TOKEN_PATH = ["claims", "cognito", "crypto", "triggers", "package-lock.json"] as const;

const program = (name: string, { seed, size }: Chunk): Command => ({
  file: `.verify/programs/${name}.mjs`,
  args: [String(seed), String(size)],
});

export const PARTS: readonly Part[] = [
  {
    name: "soak",
    promise:
      "For an hour, at 200 events a second with random faults and outages, the deployed bundle keeps its memory and its connections bounded, answers in time, and writes one record an event",
    unit: "seconds",
    total: 3600,
    each: 3600,
    seed: 20_270_400,
    guessS: 1,
    code: [...TOKEN_PATH, "aws", "tools/verify/soak", "tools/bundle.mjs"],
    command: ({ seed, size }) => ({
      file: "tools/verify/soak.mjs",
      args: ["--seconds", String(size), "--seed", String(seed)],
    }),
    told: (f) =>
      [
        `${whole(f["events"] ?? 0)} events, ${whole(f["records"] ?? 0)} records, ${f["lost"]} lost`,
        `memory ${(f["slopeMb"] ?? 0).toFixed(2)} MB in ten minutes, ${whole(f["mostRssMb"] ?? 0)} MB at most`,
        `${f["mostSockets"]} connections to a host at most`,
        `${f["strays"]} errors that nobody caught`,
        `longest answer ${whole(f["mostMs"] ?? 0)} ms`,
        `${whole(f["faults"] ?? 0)} of ${whole(f["requests"] ?? 0)} requests met a fault, ${whole(f["refused"] ?? 0)} sign-ins were refused`,
      ].join("; "),
  },
  {
    name: "canary",
    promise:
      "No private value leaves the trigger but where the claim map says: in a token, a request, a record, an error or a line of output, in any of some thirty encodings, under random maps, events and faults",
    unit: "events",
    total: 1_000_000,
    each: 25_000,
    seed: 20_270_000,
    guessS: 0.0015,
    code: [...TOKEN_PATH, "local/leak-search.ts", "mappings", "test/canary"],
    command: (chunk) => program("canary-chunk", chunk),
    told: (f) =>
      [
        `${f["hits"]} hits in ${whole(f["events"] ?? 0)} events`,
        `${whole(f["canaries"] ?? 0)} canaries`,
        `${whole(f["maps"] ?? 0)} random maps`,
        `${whole(f["envelopes"] ?? 0)} envelopes opened, ${whole(f["values"] ?? 0)} values in them`,
        `${whole(f["issued"] ?? 0)} tokens`,
      ].join("; "),
  },
  {
    name: "maps",
    promise:
      "In a map that passes the check, private values show nowhere and nobody decides what is allowed to them, but where somebody signed for it: pairs of runs that differ in nothing else show nothing else",
    unit: "maps",
    total: 200_000,
    each: 10_000,
    seed: 20_270_100,
    guessS: 0.006,
    code: [...TOKEN_PATH, "test/claims/soundness"],
    command: ({ seed, size }) => ({
      file: "node_modules/vitest/vitest.mjs",
      // One file after the other: two would be two processes.
      args: ["run", "--no-file-parallelism", "--reporter=dot", "test/claims/soundness"],
      env: { CLAIMSEAL_RANDOM_MAPS: String(size), CLAIMSEAL_RANDOM_SEED: String(seed) },
      figures: { maps: size },
    }),
    told: (f) =>
      `nothing shows in ${whole(f["maps"] ?? 0)} random maps, each that passes the check in 12 pairs of runs`,
  },
  {
    name: "isolation",
    promise:
      "However many sign-ins one process answers at once, each token, error and record is of its own person alone: 64 streams through one corridor and through what `createTrigger` puts together, with random delays and faults",
    unit: "events",
    total: 100_000,
    each: 5_000,
    seed: 20_270_200,
    guessS: 0.002,
    code: [...TOKEN_PATH, "aws", "local", "test/isolation"],
    command: (chunk) => program("isolation-chunk", chunk),
    told: (f) =>
      [
        `${f["hits"]} values of others in ${whole(f["events"] ?? 0)} events through the corridor and ${whole(f["composed"] ?? 0)} through the trigger`,
        `${whole(f["records"] ?? 0)} records`,
        `${whole(f["envelopes"] ?? 0)} envelopes opened`,
        `${whole(f["stale"] ?? 0)} rows that stood in for others`,
        `${whole(f["besides"] ?? 0)} sign-ins beside another of the same person`,
      ].join("; "),
  },
];

/** The pieces of a part, of only a share of it where that is less than 1: for trying out. */
export function piecesOf({ total, each, seed }: Part, share: number): readonly Chunk[] {
  const size = Math.ceil(total * share);
  return chunksOf(size, Math.min(each, size), seed);
}
