import { readFileSync } from "node:fs";
import { ClaimsError } from "../claims/claims-error.ts";
import type { CompilePattern } from "../claims/evaluate/pattern.ts";
import type { InvokeFunction } from "../claims/facts.ts";
import type { Plan } from "../claims/plan.ts";
import { quietStrays } from "./strays.ts";
import { createTrigger, type Hooks, type Trigger } from "./trigger.ts";

const plan = readPlan();

/**
 * Looked at no closer than the start needs: whether it is the one that was deployed, its digest tells.
 *
 * @throws {ClaimsError} `PLAN_MISSING`.
 */
function readPlan(): Plan {
  try {
    const read = JSON.parse(readFileSync(new URL("./plan.json", import.meta.url), "utf8")) as Plan;
    if (Array.isArray(read.patterns) && Object.values(read.sources).every(({ kind }) => kind)) return read;
  } catch {
    // Node's texts name the path, and quote what is no JSON.
  }
  throw new ClaimsError("PLAN_MISSING", "there is no plan.json beside the bundle, or it is not whole");
}

/** What lies beside the bundle only where the plan asks for it; to import it takes time, and the start is timed. */
const beside = async (file: string, isNeeded: boolean): Promise<object> =>
  isNeeded ? await import(new URL(file, import.meta.url).href) : {};

/** `re2.ts`, a bundle of its own. */
const { compilePattern }: { readonly compilePattern?: CompilePattern } = await beside(
  "./re2.mjs",
  plan.patterns.length > 0,
);

const reads = (wanted: Plan["sources"][string]["kind"]): boolean =>
  Object.values(plan.sources).some(({ kind }) => kind === wanted);

/** `invoke.ts`, another one. */
const { invokeFunction }: { readonly invokeFunction?: InvokeFunction } = await beside("./chain.mjs", reads("chain"));

/** The owner's own module, given to `claimseal build` as `--hooks`. */
const hooks = await beside("./hooks.mjs", reads("custom"));

/** What Lambda calls in the prebuilt bundle: the trigger for the plan that lies beside it. */
export const handler: Trigger = createTrigger({
  plan,
  sha256: process.env["CLAIMSEAL_PLAN_SHA256"],
  ...(compilePattern && { compilePattern }),
  ...(invokeFunction && { invokeFunction }),
  hooks: hooks as Hooks,
  strays: quietStrays(process),
});
