import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { encodingWithin } from "../../local/leak-search.ts";
import { RESULTS } from "../../tools/write-failure-matrix.mjs";
import type { Bench, Cell } from "./cell.ts";
import { CELLS, type CellTest, rowOf } from "./cells.ts";
import { type Evidence, noEvidence, sumOf, unrecorded } from "./evidence.ts";
import { startWorld, type World } from "./world.ts";

/** Cognito waits 5 s, and 0.8 s of them are on the way. */
const DEADLINE_MS = 4_200;

/** Makes a test of each cell of a test file, or of some of them, and holds each to what holds for all. */
export function runCells(file: CellTest, only?: readonly string[]): void {
  for (const cell of CELLS[file].filter(({ id }) => only?.includes(id) ?? true)) {
    const { id, dependency, fault, gets, metrics = [] } = cell;
    test(`${id} ${dependency}, ${fault}: ${gets}`, async () => {
      const evidence = await seenIn(cell);
      const codes = new Set(evidence.answers.flatMap(({ code }) => (code === null ? [] : [code])));
      expect([...codes].toSorted()).toEqual([...cell.codes].toSorted());
      expect(evidence.lost).toEqual([]);
      expect(leaksIn(evidence)).toEqual([]);
      expect(unrecorded(evidence)).toEqual({ missing: sumOf(evidence.records, "RecordsLost"), strange: [] });
      expect(metrics.filter((metric) => sumOf(evidence.records, metric) === 0)).toEqual([]);
      const longestMs = Math.max(0, ...evidence.answers.map(({ ms }) => ms));
      expect(longestMs).toBeLessThan(DEADLINE_MS);
      mkdirSync(RESULTS, { recursive: true });
      const seen = { ...rowOf(file, cell), longestMs: Math.round(longestMs), answers: evidence.answers.length };
      writeFileSync(`${RESULTS}/${id}.json`, JSON.stringify(seen, null, 2));
    }, 60_000);
  }
}

async function seenIn(cell: Cell): Promise<Evidence> {
  const evidence = noEvidence();
  const ends: (() => Promise<void>)[] = [];
  const bench: Bench = {
    evidence,
    afterwards: (end) => {
      ends.push(end);
    },
    start: async (options): Promise<World> => {
      const world = await startWorld(evidence, options);
      ends.push(world.stop);
      return world;
    },
    timed: async (ask) => {
      const start = performance.now();
      const note = (code: string | null): void => {
        evidence.answers.push({ code, ms: performance.now() - start });
      };
      try {
        const answer = await ask();
        note(null);
        return answer;
      } catch (error) {
        note((error as { readonly code?: string }).code ?? "no code");
        throw error;
      }
    },
  };
  try {
    await cell.run(bench);
  } finally {
    for (const end of ends.reverse()) await end();
  }
  return evidence;
}

/** How anything personal is written where it must not be, each time it is. */
function leaksIn({ texts }: Evidence): readonly string[] {
  return texts.flatMap(({ content, secrets }) => secrets.flatMap((secret) => encodingWithin([content], secret) ?? []));
}
