import type { Position } from "../../claims/claim-map.ts";
import { tokenBytes } from "../../cognito/token-size.ts";
import { type Difference, differences } from "./differences.ts";
import type { ReadMapTest } from "./read-map-test.ts";
import { type CaseRun, runCase, type TestWorld } from "./run-case.ts";
import { statedIn } from "./shown-value.ts";

/** How one case went. */
export type CaseResult = {
  readonly name: string;
  /** Where it stands in its file. */
  readonly place: Position;
  readonly differences: readonly Difference[];
  /** Of both tokens; null where there is none. */
  readonly bytes: { readonly access: number | null; readonly id: number | null };
  readonly run: CaseRun;
};

/** Runs the cases of a file that `wanted` lets through, one after the other, in the order of the file. */
export async function* runMapTest(
  world: TestWorld,
  { test, at }: ReadMapTest,
  wanted: (name: string) => boolean = () => true,
): AsyncGenerator<CaseResult> {
  const stated = statedIn(test);
  for (const [index, { name, expect }] of test.cases.entries()) {
    if (!wanted(name)) continue;
    const run = await runCase(world, index);
    yield {
      name,
      place: at(["cases", String(index)]),
      differences: differences(expect, run, stated),
      bytes: bytesOf(run),
      run,
    };
  }
}

function bytesOf({ issue }: CaseRun): CaseResult["bytes"] {
  if (issue.refused) return { access: null, id: null };
  return { access: tokenBytes(issue.accessToken), id: issue.idToken && tokenBytes(issue.idToken) };
}
