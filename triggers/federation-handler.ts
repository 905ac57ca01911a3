import type { CompilePattern } from "../claims/evaluate/pattern.ts";
import { createFederationTrigger, type FederationTrigger } from "./inbound-federation.ts";
import { moduleBeside, planBeside } from "./plan-beside.ts";
import { linesTo, STDOUT } from "./record-stdout.ts";
import { quietStrays } from "./strays.ts";

const plan = planBeside(import.meta.url);

/** `re2.ts`, a bundle of its own. */
const { compilePattern }: { readonly compilePattern?: CompilePattern } = await moduleBeside(
  import.meta.url,
  "./re2.mjs",
  (plan.federation?.patterns ?? []).length > 0,
);

// Nothing waits here but the writing of a record, and what it fails with is nobody's sign-in.
quietStrays(process);

/** What Lambda calls in the bundle `federation.mjs`: the trigger for the plan that lies beside it. */
export const handler: FederationTrigger = createFederationTrigger({
  plan,
  sha256: process.env["CLAIMSEAL_PLAN_SHA256"],
  ...(compilePattern && { compilePattern }),
  environment: process.env,
  writeLine: linesTo(STDOUT),
});
