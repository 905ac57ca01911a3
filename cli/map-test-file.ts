import { dirname, join } from "node:path";
import type { Plan } from "../claims/plan.ts";
import { type ReadMapTest, readMapTest } from "../local/map-tests/read-map-test.ts";
import type { TestWorld } from "../local/map-tests/run-case.ts";
import { otherFiles, testWorld } from "../local/map-tests/test-world.ts";
import { type CheckedFile, checkFile } from "./claim-map-file.ts";
import { readJson, readText } from "./files.ts";
import type { CheckedText } from "./findings.ts";
import { CliError, type Io } from "./io.ts";

/** A file of map tests and all that it names. */
export type MapTestFile = CheckedText & {
  /** Null where the test itself cannot be read. */
  readonly map: CheckedFile | null;
  /** Null where something is wrong with the test or its map. */
  readonly ready: Ready | null;
  /** Every file it was made from. */
  readonly files: readonly string[];
};

/** A test that can be run. */
export type Ready = {
  readonly plan: Plan;
  readonly read: ReadMapTest;
  readonly world: TestWorld;
  /** The events of its federation cases. */
  readonly federated: readonly unknown[];
};

/**
 * Reads a file of map tests, its map, and what else it names, seen from where it is.
 *
 * @throws {CliError} exit 3 naming a file that cannot be read.
 */
export async function readMapTestFile(path: string, io: Io): Promise<MapTestFile> {
  const text = await readText(path, io);
  const { read, findings } = readMapTest(text, path.endsWith(".json") ? "json" : "yaml");
  if (read === null) return { path, text, findings, map: null, ready: null, files: [path] };
  const beside = (name: string): string => join(dirname(path), name);
  const mapPath = beside(read.test.map);
  const map = await named(path, read, read.test.map, () => checkFile(mapPath, false, io));
  const others = otherFiles(read.test);
  const files = [path, mapPath, ...others.map(beside)];
  if (map.plan === null) return { path, text, findings: [], map, ready: null, files };
  const contents = new Map<string, unknown>();
  for (const name of others) contents.set(name, await named(path, read, name, () => readJson(beside(name), io)));
  const put = testWorld(read, map.plan, contents);
  const ready = put.world && { plan: map.plan, read, world: put.world, federated: put.federated };
  return { path, text, findings: put.findings, map, ready, files };
}

/** A file that cannot be read is wanted by whoever named it: the error says where. */
async function named<T>(path: string, { test, at }: ReadMapTest, name: string, reading: () => Promise<T>): Promise<T> {
  try {
    return await reading();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const lists = (["cases", "federation"] as const).flatMap((list) =>
      test[list].flatMap(({ event }, index) => (event === name ? [[list, String(index), "event"]] : [])),
    );
    const place = name === test.map ? ["map"] : name === test.tables ? ["tables"] : (lists[0] ?? []);
    throw new CliError(error.exit, `${error.message}; ${path} names it in line ${at(place).line}`);
  }
}
