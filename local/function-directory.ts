import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Manifest, manifestOf } from "../claims/manifest.ts";
import type { Plan } from "../claims/plan.ts";

/** The built bundle; the same file from `local/` and from `dist/local/`. */
const BUNDLE = new URL(
  import.meta.url.endsWith(".ts") ? "../dist/lambda/index.mjs" : "../lambda/index.mjs",
  import.meta.url,
);

/** A folder as it would be deployed: the bundle, the plan it runs, and the manifest of both. */
export type FunctionDirectory = {
  readonly path: string;
  readonly manifest: Manifest;
  readonly remove: () => Promise<void>;
};

/** Puts the Lambda bundle and a plan together in a temporary folder. Rejects where the project has not been built. */
export async function writeFunctionDirectory(plan: Plan): Promise<FunctionDirectory> {
  const bundle = await readFile(BUNDLE);
  const manifest = manifestOf(plan, bundle);
  const path = await mkdtemp(join(tmpdir(), "claimseal-"));
  await writeFile(join(path, "index.mjs"), bundle);
  await writeFile(join(path, "plan.json"), JSON.stringify(plan));
  await writeFile(join(path, "manifest.json"), JSON.stringify(manifest));
  return { path, manifest, remove: () => rm(path, { recursive: true, force: true }) };
}
