import { type Doc, FUNCTION_ARN, permission, policyText } from "../a-clean-pool.ts";
import { at, type Flaw, set } from "./flaw.ts";

const userPool = (pool: Doc): Doc => at(pool, "userPool");
const trigger = (pool: Doc): Doc => at(pool, "userPool", "LambdaConfig", "PreTokenGenerationConfig");

export const TRIGGER_FLAWS: readonly Flaw[] = [
  {
    code: "DR101",
    name: "a pool without a trigger",
    place: "userPool.LambdaConfig",
    says: "names no function",
    spoil: (pool) => set(userPool(pool), { LambdaConfig: {} }),
  },
  {
    code: "DR102",
    name: "V2 events for a map of V3",
    place: "userPool.LambdaConfig.PreTokenGenerationConfig.LambdaVersion",
    says: "the pool sends V2_0; the map is for V3",
    spoil: (pool) => set(trigger(pool), { LambdaVersion: "V2_0" }),
  },
  {
    code: "DR102",
    name: "the older setting alone, which is V1",
    place: "userPool.LambdaConfig.PreTokenGenerationConfig.LambdaVersion",
    says: "V1_0",
    spoil: (pool) => set(userPool(pool), { LambdaConfig: { PreTokenGeneration: `${FUNCTION_ARN}:live` } }),
  },
  {
    code: "DR103",
    name: "the plan Lite",
    place: "userPool.UserPoolTier",
    says: "LITE",
    spoil: (pool) => set(userPool(pool), { UserPoolTier: "LITE" }),
  },
  {
    code: "DR104",
    name: "a trigger that names the function itself",
    place: "userPool.LambdaConfig.PreTokenGenerationConfig.LambdaArn",
    says: "without an alias",
    spoil: (pool) => {
      set(trigger(pool), { LambdaArn: FUNCTION_ARN });
      set(pool, { functionPolicy: policyText(permission({ Resource: FUNCTION_ARN })) });
    },
  },
  {
    code: "DR104",
    name: "a trigger that names $LATEST",
    place: "userPool.LambdaConfig.PreTokenGenerationConfig.LambdaArn",
    says: "$LATEST",
    spoil: (pool) => {
      set(trigger(pool), { LambdaArn: `${FUNCTION_ARN}:$LATEST` });
      set(pool, { functionPolicy: policyText(permission({ Resource: `${FUNCTION_ARN}:$LATEST` })) });
    },
  },
  {
    code: "DR105",
    name: "an older setting with another function",
    place: "userPool.LambdaConfig.PreTokenGeneration",
    says: "another function",
    spoil: (pool) => set(at(pool, "userPool", "LambdaConfig"), { PreTokenGeneration: `${FUNCTION_ARN}-old` }),
  },
  {
    code: "DR106",
    name: "a trigger without its function",
    place: "functionConfiguration",
    says: "no function",
    spoil: (pool) => set(pool, { functionConfiguration: null }),
  },
];
