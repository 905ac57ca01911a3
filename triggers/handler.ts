import { readFileSync } from "node:fs";
import type { Plan } from "../claims/plan.ts";
import { createTrigger, type Trigger } from "./trigger.ts";

const plan = JSON.parse(readFileSync(new URL("./plan.json", import.meta.url), "utf8")) as Plan;

/** What Lambda calls in the prebuilt bundle: the trigger for the plan that lies beside it. */
export const handler: Trigger = createTrigger({ plan, sha256: process.env["CLAIMSEAL_PLAN_SHA256"] });
