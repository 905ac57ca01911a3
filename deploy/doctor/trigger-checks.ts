import { lambdaConfigOf, type PoolTrigger, preTokenOf } from "../pool-trigger.ts";
import type { Code } from "./codes.ts";
import { type Examined, notRead, ofPart } from "./examined.ts";
import { found, type Outcome, unchecked } from "./outcome.ts";
import type { ExportedClient, PoolExport } from "./pool-export.ts";
import { grantsOf } from "./sign-in-flows.ts";

type Pool = NonNullable<PoolExport["userPool"]>;

const PLACE = ["userPool", "LambdaConfig"];
const CODES: readonly Code[] = ["DR101", "DR102", "DR103", "DR104", "DR105", "DR106"];

/** DR1xx: what the pool has for its trigger. */
export function triggerChecks(examined: Examined): readonly Outcome[] {
  return ofPart(examined, "userPool", examined.pool.userPool, CODES, (pool) => {
    const trigger = preTokenOf(lambdaConfigOf(pool));
    if (trigger === null) {
      const about = "they are about a trigger, and there is none";
      return [found("DR101", PLACE, "LambdaConfig names no function"), unchecked(CODES.slice(1), PLACE, about)];
    }
    return [
      ...version(examined, trigger),
      ...tier(examined, pool, trigger),
      ...alias(trigger),
      ...twoSettings(pool),
      ...isThere(examined),
    ];
  });
}

function version(examined: Examined, { version: sent }: PoolTrigger): readonly Outcome[] {
  const { plan, pool } = examined;
  const place = [...PLACE, "PreTokenGenerationConfig", "LambdaVersion"];
  const mismatch = (reason: string): readonly Outcome[] => [found("DR102", place, reason)];
  if (plan !== null) {
    return sent === `${plan.events}_0` ? [] : mismatch(`the pool sends ${sent}; the map is for ${plan.events}`);
  }
  if (sent === "V1_0") return mismatch("the pool sends V1_0, by which an access token cannot be changed");
  if (sent === "V3_0") return [];
  return ofPart(examined, "clients", pool.clients, ["DR102"], (clients) =>
    clients.some(isForMachines) ? mismatch(`the pool has clients for machines and sends ${sent}`) : [],
  );
}

function isForMachines(client: ExportedClient): boolean {
  return grantsOf(client).has("client_credentials");
}

function tier(examined: Examined, { UserPoolTier, UserPoolAddOns }: Pool, trigger: PoolTrigger): readonly Outcome[] {
  if (trigger.version === "V1_0") return [];
  const place = ["userPool", "UserPoolTier"];
  if (UserPoolTier === undefined) return [unchecked(["DR103"], place, notRead(examined, "userPool.UserPoolTier"))];
  // Pools that used advanced security before plans existed kept V2 on Lite (developer guide, "Pre token generation").
  const keptV2 = trigger.version === "V2_0" && !["OFF", undefined].includes(UserPoolAddOns?.AdvancedSecurityMode);
  if (UserPoolTier !== "LITE" || keptV2) return [];
  return [found("DR103", place, `the plan is ${UserPoolTier}, the trigger is ${trigger.version}`)];
}

function alias({ functionArn }: PoolTrigger): readonly Outcome[] {
  const qualifier = qualifierOf(functionArn);
  if (qualifier !== null && qualifier !== "$LATEST") return [];
  const named = qualifier === null ? "the function without an alias" : "$LATEST";
  return [found("DR104", [...PLACE, "PreTokenGenerationConfig", "LambdaArn"], `the trigger names ${named}`)];
}

/** The alias or version that an ARN of a function names, if any. */
export function qualifierOf(arn: string): string | null {
  return arn.split(":")[7] ?? null;
}

function twoSettings({ LambdaConfig }: Pool): readonly Outcome[] {
  const [old, now] = [LambdaConfig?.PreTokenGeneration, LambdaConfig?.PreTokenGenerationConfig?.LambdaArn];
  if (old === undefined || now === undefined || old === now) return [];
  return [found("DR105", [...PLACE, "PreTokenGeneration"], "it names another function than PreTokenGenerationConfig")];
}

function isThere(examined: Examined): readonly Outcome[] {
  const part = "functionConfiguration";
  return ofPart(examined, part, examined.pool.functionConfiguration, ["DR106"], (configuration) =>
    configuration === null ? [found("DR106", [part], "there is no function under the ARN of the trigger")] : [],
  );
}
