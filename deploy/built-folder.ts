import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { planDigest } from "../claims/digest.ts";
import { bundleFiles } from "../claims/manifest.ts";
import type { Plan } from "../claims/plan.ts";
import { DeployError } from "./deploy-error.ts";

/** What `claimseal build` wrote, as far as a stack is made from it. */
export type Built = {
  /** An absolute path. */
  readonly folder: string;
  readonly plan: Plan;
};

/** Of the folder, what runs: globs as ignore files have them. What stays out is no part of any function. */
export const NOT_RUN: readonly string[] = ["*", "!*.mjs", "!plan.json", "!manifest.json"];

/**
 * Reads a folder that `claimseal build` wrote.
 *
 * @throws {DeployError} `BUILT_UNREADABLE`, `BUILT_CHANGED`.
 */
export function readBuilt(path: string): Built {
  const folder = resolve(path);
  const [plan, manifest] = [jsonOf(folder, "plan.json") as Plan, jsonOf(folder, "manifest.json")];
  // The digest tells a plan from everything that only looks like one.
  if (planDigest(plan) !== (manifest as { readonly planSha256?: unknown } | null)?.planSha256) {
    throw new DeployError("BUILT_CHANGED", "plan.json is not the plan that manifest.json is of; run claimseal build");
  }
  const missing = bundleFiles(plan).filter((file) => !existsSync(join(folder, file)));
  if (missing.length > 0) {
    throw new DeployError(
      "BUILT_UNREADABLE",
      `${missing.join(", ")} of the map is not in the folder; run claimseal build`,
    );
  }
  return { folder, plan };
}

function jsonOf(folder: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, file), "utf8")) as unknown;
  } catch {
    throw new DeployError("BUILT_UNREADABLE", `there is no ${file} in the folder; claimseal build MAP --out writes it`);
  }
}
