import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleFiles, manifestOf } from "../../claims/manifest.ts";
import type { Plan } from "../../claims/plan.ts";
import { deploymentFiles } from "../../deploy/deployment-files.ts";

/** What runs a plan, with a module of the owner's where it has sources in code. */
export function bundleOf(plan: Plan): readonly string[] {
  const isCustom = Object.values(plan.sources).some(({ kind }) => kind === "custom");
  return [...bundleFiles(plan), ...(isCustom ? ["hooks.mjs"] : [])];
}

/** Writes what `claimseal build` would. */
export function writeBuilt(folder: string, plan: Plan): string {
  mkdirSync(folder, { recursive: true });
  const bundle = bundleOf(plan);
  for (const file of bundle) {
    if (file === "hooks.mjs") writeFileSync(join(folder, file), "export const rota = async () => null;\n");
    else copyFileSync(`dist/lambda/${file}`, join(folder, file));
  }
  const json = {
    "plan.json": plan,
    "manifest.json": manifestOf(plan, ...bundle.map((file) => readFileSync(join(folder, file)))),
    ...deploymentFiles(plan),
  };
  for (const [file, contents] of Object.entries(json)) writeFileSync(join(folder, file), JSON.stringify(contents));
  return folder;
}
