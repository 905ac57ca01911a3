import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleFiles, manifestOf } from "../../claims/manifest.ts";
import type { Plan } from "../../claims/plan.ts";
import { deploymentFiles } from "../../deploy/deployment-files.ts";

/** Writes what `claimseal build` would. */
export function writeBuilt(folder: string, plan: Plan): string {
  mkdirSync(folder, { recursive: true });
  const bundle = bundleFiles(plan);
  for (const file of bundle) copyFileSync(`dist/lambda/${file}`, join(folder, file));
  const json = {
    "plan.json": plan,
    "manifest.json": manifestOf(plan, ...bundle.map((file) => readFileSync(`dist/lambda/${file}`))),
    ...deploymentFiles(plan),
  };
  for (const [file, contents] of Object.entries(json)) writeFileSync(join(folder, file), JSON.stringify(contents));
  return folder;
}
