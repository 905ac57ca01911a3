import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { CliError, EXIT } from "./io.ts";

const TEST = /\.claims\.test\.(?:ya?ml|json)$/;
const MAP = /\.claims\.(?:ya?ml|json)$/;

/**
 * The files of map tests that a command line means: each path as it is, each folder with everything below it; without
 * any path, the folder the command runs in.
 *
 * @throws {CliError} exit 2 for a claim map in place of its tests, exit 3 where there are none.
 */
export async function testFiles(paths: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const path of paths.length === 0 ? ["."] : paths) {
    if (MAP.test(path)) {
      throw new CliError(EXIT.usage, `${path} is a claim map; its tests are ${path.replace(/\.(\w+)$/, ".test.$1")}`);
    }
    if (!(await isFolder(path))) files.push(path);
    else files.push(...(await testsBelow(path)));
  }
  if (files.length > 0) return [...new Set(files)];
  const where = paths.length === 0 ? "this folder" : paths.join(", ");
  throw new CliError(EXIT.environment, `there is no NAME.claims.test.yaml below ${where}`);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Whoever reads it says what is wrong with it.
    return false;
  }
}

/** In the order of their names; what packages and tools put aside is nobody's test. */
async function testsBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isFile() && TEST.test(entry.name)) found.push(path);
    else if (entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith(".")) {
      found.push(...(await testsBelow(path)));
    }
  }
  return found;
}
