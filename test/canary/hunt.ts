import { customizeToken } from "../../triggers/pre-token-generation.ts";
import { type Collector, collectPrinted } from "./printed.ts";
import { randomFrom } from "./random.ts";
import { type Observation, runScene, type Trigger } from "./run-scene.ts";
import { createScanner, type Hit, type Scan } from "./scanner.ts";
import { drawScene, type Scene } from "./scene.ts";
import { drawWorld, shippedWorlds, type World } from "./world.ts";

export type Hunt = {
  /** The same seed gives the same maps, events and canaries. */
  readonly seed: number;
  readonly events: number;
  readonly trigger?: Trigger;
  /** Whether to stop, asked before each event; without it, five leaks are enough. */
  readonly isEnough?: (leaks: readonly Leak[]) => boolean;
};

/** Something that got out, or an envelope that is not as it should be, and how to see it again. */
export type Leak = {
  readonly seed: number;
  readonly event: number;
  readonly fault: string;
  readonly outcome: string;
  readonly hits: readonly Hit[];
  readonly problems: readonly string[];
  readonly map: string;
};

/** What a hunt came to; the counts show that it was one. */
export type Hunted = {
  readonly leaks: readonly Leak[];
  readonly events: number;
  readonly canaries: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<string, number>;
  readonly maps: { readonly passed: number; readonly refused: number };
  readonly envelopes: number;
  /** Claims in envelopes that were not null. */
  readonly values: number;
  /** Hits that the same event with other letters did not have. */
  readonly chances: number;
  readonly printed: string;
};

const EVENTS_PER_WORLD = 40;
/** Of so many worlds, the first three are of the maps this project ships. */
const WORLDS_PER_ROUND = 20;
/** The streams of choices that come from one seed. */
const STREAM = { world: 1, structure: 2, letters: 3 } as const;

/** Runs events through random worlds and the shipped ones, and scans everything that comes out of each. */
export async function hunt({ seed, events, trigger = customizeToken, isEnough = areFive }: Hunt): Promise<Hunted> {
  const leaks: Leak[] = [];
  const [outcomes, faults] = [new Map<string, number>(), new Map<string, number>()];
  const counts = { canaries: 0, envelopes: 0, values: 0, chances: 0, printed: "" };
  const { nextWorld, maps } = worldsFrom(seed);
  const printed = collectPrinted();
  const look = looker(seed, createScanner(), printed, trigger);
  let world = nextWorld();
  let event = 0;
  try {
    for (; event < events && !isEnough(leaks); event += 1) {
      if (event > 0 && event % EVENTS_PER_WORLD === 0) world = nextWorld();
      const { scene, observation, hits: found } = await look(world, event, 1);
      count(outcomes, observation.outcome);
      count(faults, scene.fault);
      counts.canaries += scene.canaries.length;
      counts.envelopes += observation.opened.envelopes;
      counts.values += observation.opened.values;
      counts.printed += observation.printed.slice(0, 1000);
      const { problems } = observation;
      if (found.length === 0 && problems.length === 0) continue;
      // What chance put there will not be there again; what leaks will, whatever its letters.
      const { hits: again } = await look(world, event, 2);
      const hits = found.filter(({ sink, canary }) =>
        again.some((other) => other.sink === sink && other.canary === canary),
      );
      counts.chances += found.length - hits.length;
      if (hits.length === 0 && problems.length === 0) continue;
      leaks.push({ seed, event, fault: scene.fault, outcome: observation.outcome, hits, problems, map: world.text });
    }
  } finally {
    printed.stop();
  }
  return { leaks, events: event, ...counts, outcomes, faults, maps };
}

function areFive(leaks: readonly Leak[]): boolean {
  return leaks.length >= 5;
}

type Look = (
  world: World,
  event: number,
  letters: number,
) => Promise<{ readonly scene: Scene; readonly observation: Observation; readonly hits: readonly Hit[] }>;

/** Runs an event and scans what came out; `letters` changes nothing but the canaries' letters. */
function looker(seed: number, scan: Scan, printed: Collector, trigger: Trigger): Look {
  return async (world, event, letters) => {
    const structure = randomFrom(seed, STREAM.structure, event);
    const scene = drawScene(world, structure, randomFrom(seed, STREAM.letters, event, letters), event);
    const observation = await runScene(world, scene, printed, trigger);
    return { scene, observation, hits: scan(scene.canaries, observation.sinks) };
  };
}

/** World after world; maps that the check refuses are drawn anew, and counted. */
function worldsFrom(seed: number): {
  readonly nextWorld: () => World;
  readonly maps: { readonly passed: number; readonly refused: number };
} {
  const shipped = shippedWorlds();
  const maps = { passed: 0, refused: 0 };
  let turn = 0;
  const drawn = (): World => {
    for (let attempt = 0; ; attempt += 1) {
      const world = drawWorld(randomFrom(seed, STREAM.world, turn, attempt));
      if (!("refused" in world)) return world;
      maps.refused += 1;
    }
  };
  const nextWorld = (): World => {
    const ready = shipped[turn % WORLDS_PER_ROUND];
    const world = ready ?? drawn();
    if (ready === undefined) maps.passed += 1;
    turn += 1;
    return world;
  };
  return { nextWorld, maps };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Leaks as a person reads them, each with what it takes to see it again, and the maps they are of. */
export function told(leaks: readonly Leak[]): string {
  const each = leaks.map(({ seed, event, fault, outcome, hits, problems }) =>
    [
      `seed ${seed}, event ${event}, fault: ${fault}, outcome: ${outcome}`,
      ...hits.map(({ canary, sink, encoding }) => `  ${canary} -> ${sink} (${encoding})`),
      ...problems.map((problem) => `  ${problem}`),
    ].join("\n"),
  );
  return [...each, ...new Set(leaks.map(({ map }) => map))].join("\n\n");
}
