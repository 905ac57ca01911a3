import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { planDigest } from "../claims/digest.ts";
import type { Plan } from "../claims/plan.ts";

/** The built bundle; the same path from `local/` and from `dist/local/`. */
const BUNDLE = new URL(
  import.meta.url.endsWith(".ts") ? "../dist/lambda/index.mjs" : "../lambda/index.mjs",
  import.meta.url,
);

/** A folder as it would be deployed: the bundle and the plan it runs. */
export type FunctionDirectory = {
  readonly path: string;
  /** What CLAIMSEAL_PLAN_SHA256 must be for this plan. */
  readonly planSha256: string;
  readonly remove: () => Promise<void>;
};

/** Puts the Lambda bundle and a plan together in a temporary folder. Rejects where the project has not been built. */
export async function writeFunctionDirectory(plan: Plan): Promise<FunctionDirectory> {
  const path = await mkdtemp(join(tmpdir(), "claimseal-"));
  await copyFile(fileURLToPath(BUNDLE), join(path, "index.mjs"));
  await writeFile(join(path, "plan.json"), JSON.stringify(plan));
  return { path, planSha256: planDigest(plan), remove: () => rm(path, { recursive: true, force: true }) };
}
