import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleFiles, type Manifest, manifestOf } from "../claims/manifest.ts";
import type { Plan } from "../claims/plan.ts";

/** Where the built bundle is; the same folder from `local/` and from `dist/local/`. */
const BUILT = new URL(import.meta.url.endsWith(".ts") ? "../dist/lambda/" : "../lambda/", import.meta.url);

/** A folder as it would be deployed: the bundle, the plan it runs, and the manifest of both. */
export type FunctionDirectory = {
  readonly path: string;
  readonly manifest: Manifest;
  readonly remove: () => Promise<void>;
};

/**
 * Puts the Lambda bundle, a plan and the module behind its `custom` sources together in a temporary folder. Rejects where
 * the project has not been built.
 */
export async function writeFunctionDirectory(plan: Plan, hooks: Uint8Array | null = null): Promise<FunctionDirectory> {
  const bundle = new Map<string, Uint8Array>();
  for (const file of bundleFiles(plan)) bundle.set(file, await readFile(new URL(file, BUILT)));
  if (hooks !== null) bundle.set("hooks.mjs", hooks);
  const manifest = manifestOf(plan, ...bundle.values());
  const path = await mkdtemp(join(tmpdir(), "claimseal-"));
  for (const [file, contents] of bundle) await writeFile(join(path, file), contents);
  await writeFile(join(path, "plan.json"), JSON.stringify(plan));
  await writeFile(join(path, "manifest.json"), JSON.stringify(manifest));
  return { path, manifest, remove: () => rm(path, { recursive: true, force: true }) };
}
