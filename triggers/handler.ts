import { readFileSync } from "node:fs";
import type { CompilePattern } from "../claims/pattern.ts";
import type { Plan } from "../claims/plan.ts";
import { createTrigger, type Trigger } from "./trigger.ts";

const plan = JSON.parse(readFileSync(new URL("./plan.json", import.meta.url), "utf8")) as Plan;

/** `re2.ts` is a bundle of its own: it is there, and takes time to start, only where the plan has patterns. */
const engine = plan.patterns.length > 0 ? await import(new URL("./re2.mjs", import.meta.url).href) : {};
const { compilePattern } = engine as { readonly compilePattern?: CompilePattern };

/** What Lambda calls in the prebuilt bundle: the trigger for the plan that lies beside it. */
export const handler: Trigger = createTrigger({
  plan,
  sha256: process.env["CLAIMSEAL_PLAN_SHA256"],
  ...(compilePattern && { compilePattern }),
});
