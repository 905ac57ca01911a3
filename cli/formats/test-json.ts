import { percentOf } from "../../local/map-tests/coverage.ts";
import type { MapCoverage } from "../map-coverage.ts";
import type { TestedFile } from "../tested-file.ts";
import { visibleJson } from "./visible.ts";

/** Everything a run of tests found, for programs; coverage where it was asked for. */
export function testJson(tested: readonly TestedFile[], coverage: readonly MapCoverage[] | null): string {
  const files = tested.map(fileJson);
  return visibleJson({
    ok: files.every(({ ok }) => ok),
    files,
    ...(coverage && { coverage: coverage.map(coverageJson) }),
  });
}

function coverageJson({ path, total, counts, sizes, findings }: MapCoverage): object {
  return { map: path, percent: percentOf(total), total, counts, sizes, findings };
}

function fileJson({ path, findings, map, ready, results, federation: federated }: TestedFile) {
  const cases = results.map(({ name, place, differences, bytes, run }) => ({
    name,
    ...place,
    ok: differences.length === 0,
    profile: run.profile,
    refused: run.issue.refused?.code ?? null,
    bytes,
    differences,
  }));
  const federation = federated.map(({ name, place, differences, run }) => ({
    name,
    ...place,
    ok: differences.length === 0,
    refused: run.outcome.refused?.code ?? null,
    differences,
  }));
  return {
    path,
    ok: ready !== null && [...cases, ...federation].every(({ ok }) => ok),
    findings,
    map: map && { path: map.path, ok: map.ok, findings: map.plan === null ? map.findings : [] },
    cases,
    federation,
  };
}
