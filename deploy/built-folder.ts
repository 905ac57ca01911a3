import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { planDigest } from "../claims/digest.ts";
import { bundleFiles, type Manifest, manifestOf } from "../claims/manifest.ts";
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
  const plan = jsonOf(folder, "plan.json") as Plan;
  const manifest = jsonOf(folder, "manifest.json") as Partial<Manifest> | null;
  // The digest tells a plan from everything that only looks like one.
  if (planDigest(plan) !== manifest?.planSha256) throw changed("plan.json");
  const isCustom = Object.values(plan.sources).some(({ kind }) => kind === "custom");
  const bundle = [...bundleFiles(plan), ...(isCustom ? ["hooks.mjs"] : [])].map((file) => bytesOf(folder, file));
  if (manifestOf(plan, ...bundle).bundleSha256 !== manifest.bundleSha256) throw changed("the bundle");
  return { folder, plan };
}

function changed(what: string): DeployError {
  return new DeployError("BUILT_CHANGED", `${what} is not what manifest.json has the digest of; run claimseal build`);
}

function jsonOf(folder: string, file: string): unknown {
  const text = bytesOf(folder, file).toString("utf8");
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw changed(file);
  }
}

function bytesOf(folder: string, file: string): Buffer {
  try {
    return readFileSync(join(folder, file));
  } catch {
    throw new DeployError("BUILT_UNREADABLE", `there is no ${file} in the folder; claimseal build MAP --out writes it`);
  }
}
