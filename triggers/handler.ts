import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { dynamoAttributes } from "../aws/dynamo-attributes.ts";
import { dynamoClient } from "../aws/dynamo-client.ts";
import { kmsClient } from "../aws/kms-client.ts";
import { kmsDataKeys } from "../aws/kms-data-keys.ts";
import { bindPlan } from "../claims/bind.ts";
import { planDigest } from "../claims/digest.ts";
import type { Plan } from "../claims/plan.ts";
import type { TriggerEvent } from "../cognito/trigger-event.ts";
import type { GenerateDataKey } from "../crypto/data-key.ts";
import { dataKeyCache } from "../crypto/data-key-cache.ts";
import { BUDGET_MS } from "./deadline.ts";
import { customizeToken } from "./pre-token-generation.ts";
import { Refusal } from "./refusal.ts";

/**
 * The composition root of the Lambda bundle: reads the plan beside it and the environment, builds the clients, once.
 * What is missing stops the start by name; a plan that is not the deployed one refuses every event.
 */
type Handler = (event: unknown) => Promise<TriggerEvent>;

const plan = JSON.parse(readFileSync(new URL("./plan.json", import.meta.url), "utf8")) as Plan;

export const handler: Handler = planDigest(plan) === process.env["CLAIMSEAL_PLAN_SHA256"] ? start(plan) : mismatch;

async function mismatch(): Promise<never> {
  throw new Refusal("PLAN_MISMATCH");
}

function start(unbound: Plan): Handler {
  const mode = process.env["CLAIMSEAL_MODE"] || "enforce";
  if (mode !== "enforce") throw new Error(`CLAIMSEAL_MODE: "${mode}" is not a mode of this version; use "enforce"`);
  const bound = bindPlan(unbound, process.env);
  const dynamo = perRegion(dynamoClient);
  const dataKeys = perRegion((region): GenerateDataKey => dataKeyCache(kmsDataKeys(kmsClient({ region }))));
  // A cold start counts against Cognito's 5 s too. What is taken off is the start itself, not the time since: an
  // environment that was started ahead of traffic may wait for hours.
  let startMs = performance.now();
  return customizeToken({
    plan: bound,
    pools: (process.env["CLAIMSEAL_POOLS"] ?? "")
      .split(",")
      .map((pool) => pool.trim())
      .filter(Boolean),
    loadAttributes: dynamoAttributes(dynamo),
    takeDataKey: ({ key, region }, context, signal) => dataKeys(region)(key, context, signal),
    now: Date.now,
    budgetMs: () => {
      const budget = BUDGET_MS - startMs;
      startMs = 0;
      return budget;
    },
  });
}

/** One client per region, made when it is first needed and kept for the life of the process. */
function perRegion<T>(make: (region: string | undefined) => T): (region: string | undefined) => T {
  const made = new Map<string | undefined, T>();
  return (region) => {
    const known = made.get(region) ?? make(region);
    made.set(region, known);
    return known;
  };
}
