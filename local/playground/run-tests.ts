import { readMapTest } from "../map-tests/read-map-test.ts";
import { runMapTest } from "../map-tests/run-map-test.ts";
import { otherFiles, testWorld } from "../map-tests/test-world.ts";
import type { Diagnostic, TestsAnswer } from "./messages.ts";
import type { PlayedMap } from "./read-map.ts";

/** Runs the tests beside an example's map against the map as it was edited, as `claimseal test` would. */
export async function testsOf(tests: string | null, map: PlayedMap): Promise<TestsAnswer> {
  const { diagnostics } = map;
  if (tests === null) return { cases: [], diagnostics: [...diagnostics, ...said("this map has no tests beside it")] };
  if (map.plan === null || map.unsafe) return { cases: [], diagnostics };
  const { read } = readMapTest(tests);
  if (read === null || otherFiles(read.test).length > 0) {
    return { cases: [], diagnostics: [...diagnostics, ...said("its tests cannot be run here")] };
  }
  const { world, findings } = testWorld(read, map.plan, new Map());
  if (world === null) {
    const first = findings[0];
    return { cases: [], diagnostics: [...diagnostics, ...said(`its tests no longer fit it: ${first?.message ?? ""}`)] };
  }
  const cases: TestsAnswer["cases"][number][] = [];
  for await (const { name, differences } of runMapTest(world, read)) {
    cases.push({
      name,
      passes: differences.length === 0,
      differences: differences.map(({ at, expected, actual }) => `${at}: expected ${expected}, got ${actual}`),
    });
  }
  return { cases, diagnostics };
}

function said(message: string): readonly Diagnostic[] {
  const start = { line: 1, column: 1 };
  const remedy = "Run `claimseal test` beside the map's own files.";
  return [{ text: "map", from: start, to: start, code: "PLAYGROUND", severity: "warning", message, remedy, flow: [] }];
}
