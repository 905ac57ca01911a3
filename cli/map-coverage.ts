import { readClaimMap } from "../claims/shape/read-map.ts";
import { type Coverage, coverageOf } from "../local/map-tests/coverage.ts";
import { marksOf } from "../local/map-tests/coverage-marks.ts";
import { federationMarks } from "../local/map-tests/federation-coverage.ts";
import type { CaseResult } from "../local/map-tests/run-map-test.ts";
import type { TestedFile } from "./tested-file.ts";

/** How much of one map all its tests show, those of other files too. */
export type MapCoverage = Coverage & {
  readonly path: string;
  readonly text: string;
  /** Bytes of the tokens that tests got, and of the most a token may have. */
  readonly sizes: { readonly [token in "access" | "id"]: TokenSizes | null };
};

export type TokenSizes = { readonly median: number; readonly most: number; readonly limit: number };

/** Coverage by map, in the order in which the maps were met. Only a test that passes shows anything. */
export async function coverageOfMaps(tested: readonly TestedFile[]): Promise<readonly MapCoverage[]> {
  const all: MapCoverage[] = [];
  for (const path of new Set(tested.map(({ map }) => map?.path))) {
    const files = tested.filter(({ map }) => map?.path === path);
    const { map, ready } = files.find((file) => file.ready) ?? { map: null, ready: null };
    const read = map && readClaimMap(map.text, map.path.endsWith(".json") ? "json" : "yaml").read;
    if (!map || !ready || !read) continue;
    const passed = files.flatMap(({ results }) => results.filter(({ differences }) => differences.length === 0));
    const marks = new Set<string>();
    for (const { run } of passed) for (const mark of await marksOf(run)) marks.add(mark);
    const federated = files.flatMap((each) => each.federation.filter(({ differences }) => differences.length === 0));
    for (const { run } of federated) for (const mark of federationMarks(run)) marks.add(mark);
    const { accessToken, idToken } = ready.plan.limits;
    all.push({
      ...coverageOf(ready.plan, read, marks),
      path: map.path,
      text: map.text,
      sizes: { access: sizesOf(passed, "access", accessToken), id: sizesOf(passed, "id", idToken) },
    });
  }
  return all;
}

function sizesOf(results: readonly CaseResult[], token: "access" | "id", limit: number): TokenSizes | null {
  const sizes = results.flatMap(({ bytes }) => bytes[token] ?? []).toSorted((one, other) => one - other);
  const [median, most] = [sizes[Math.floor(sizes.length / 2)], sizes.at(-1)];
  return median === undefined || most === undefined ? null : { median, most, limit };
}
