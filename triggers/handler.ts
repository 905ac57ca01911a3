import type { CompilePattern } from "../claims/evaluate/pattern.ts";
import type { InvokeFunction } from "../claims/facts.ts";
import type { Plan } from "../claims/plan.ts";
import { moduleBeside, planBeside } from "./plan-beside.ts";
import { quietStrays } from "./strays.ts";
import { createTrigger, type Hooks, type Trigger } from "./trigger.ts";

const plan = planBeside(import.meta.url);

const beside = (file: string, isNeeded: boolean): Promise<object> => moduleBeside(import.meta.url, file, isNeeded);

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
