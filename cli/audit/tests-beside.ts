import { planDigest } from "../../claims/digest.ts";
import type { Plan } from "../../claims/plan.ts";
import type { TestSummary } from "../../deploy/audit-report.ts";
import { runFederationTest } from "../../local/map-tests/run-federation.ts";
import { runMapTest } from "../../local/map-tests/run-map-test.ts";
import type { Io } from "../io.ts";
import { readMapTestFile } from "../map-test-file.ts";
import { sha256 } from "./sha256.ts";

/**
 * Runs the tests that stand beside a map, `NAME.claims.test.yaml`; null where there are none. Tests that cannot be run,
 * or are of another map, have no cases and are not ok.
 *
 * @throws {CliError} exit 3 naming a file, of theirs or that they name, that cannot be read.
 */
export async function testsBeside(path: string, plan: Plan, io: Io): Promise<TestSummary | null> {
  const file = await fileBeside(path, io);
  if (file === null) return null;
  const { text, ready } = await readMapTestFile(file, io);
  const about = { file: file.slice(file.lastIndexOf("/") + 1), sha256: sha256(text) };
  if (ready === null || planDigest(ready.plan) !== planDigest(plan)) return { ...about, ok: false, cases: [] };
  const cases: TestSummary["cases"][number][] = [];
  for await (const { name, differences, run } of runMapTest(ready.world, ready.read)) {
    cases.push({ name, ok: differences.length === 0, refused: run.issue.refused?.code ?? null });
  }
  for await (const { name, differences, run } of runFederationTest(ready.world.plan, ready.federated, ready.read)) {
    cases.push({ name, ok: differences.length === 0, refused: run.outcome.refused?.code ?? null });
  }
  return { ...about, ok: cases.every(({ ok }) => ok), cases };
}

async function fileBeside(path: string, io: Io): Promise<string | null> {
  const [, name] = /^(.+\.claims)\.(?:ya?ml|json)$/.exec(path) ?? [];
  if (name === undefined) return null;
  for (const ending of ["yaml", "yml", "json"]) {
    const file = `${name}.test.${ending}`;
    try {
      await io.readFile(file);
      return file;
    } catch (error) {
      // Whoever reads what is there says what is wrong with it.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") return file;
    }
  }
  return null;
}
