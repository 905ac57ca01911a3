import { checkClaimMap } from "../../claims/check.ts";
import type { Finding } from "../../claims/finding.ts";
import { readClaimMap } from "../../claims/shape/read-map.ts";
import { coverageOf } from "../../local/map-tests/coverage.ts";
import { marksOf } from "../../local/map-tests/coverage-marks.ts";
import { federationMarks } from "../../local/map-tests/federation-coverage.ts";
import { readMapTest } from "../../local/map-tests/read-map-test.ts";
import { runFederationTest } from "../../local/map-tests/run-federation.ts";
import { runMapTest } from "../../local/map-tests/run-map-test.ts";
import { testWorld } from "../../local/map-tests/test-world.ts";

/** What of a map no case of some tests shows (CS9xx); every problem of a map or of tests that cannot be run. */
export async function uncovered(map: string, tests: string): Promise<readonly Finding[]> {
  const { plan, findings } = checkClaimMap(map);
  const { read } = readClaimMap(map);
  const { read: readTest, findings: ofTest } = readMapTest(tests, "yaml");
  if (plan === null || read === null || readTest === null) return [...findings, ...ofTest];
  const { world, federated, findings: ofWorld } = testWorld(readTest, plan, new Map());
  if (world === null) return ofWorld;
  const marks = new Set<string>();
  for await (const { run, differences } of runMapTest(world, readTest)) {
    if (differences.length === 0) for (const mark of await marksOf(run)) marks.add(mark);
  }
  for await (const { run, differences } of runFederationTest(world.plan, federated, readTest)) {
    if (differences.length === 0) for (const mark of federationMarks(run)) marks.add(mark);
  }
  return coverageOf(plan, read, marks).findings;
}
