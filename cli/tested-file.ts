import type { FederationResult } from "../local/map-tests/run-federation.ts";
import type { CaseResult } from "../local/map-tests/run-map-test.ts";
import type { MapTestFile } from "./map-test-file.ts";

/** A file of map tests with what its cases gave. */
export type TestedFile = MapTestFile & {
  readonly results: readonly CaseResult[];
  readonly federation: readonly FederationResult[];
};
