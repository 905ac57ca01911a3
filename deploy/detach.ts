import { refuseForeign } from "./attach.ts";
import { DeployError } from "./deploy-error.ts";
import type { PoolChange } from "./pool-change.ts";
import { functionAt, nameOf } from "./pool-function.ts";
import { ownStatements } from "./pool-permission.ts";
import type { PoolPorts } from "./pool-ports.ts";
import { refuseUnknown } from "./pool-settings.ts";
import { lambdaConfigOf, type TriggerName, triggerFunctions, triggerOf, withTrigger } from "./pool-trigger.ts";

/** Which pool is to have no function at a trigger. */
export type DetachRequest = {
  readonly poolId: string;
  readonly trigger: TriggerName;
  /** The function that is expected there; null for whichever `attach` gave its permission. */
  readonly functionArn: string | null;
  readonly accepted: readonly string[];
};

/**
 * What it takes to have a pool do without a function, and to take back the permission that `attach` gave. Reads,
 * and writes nothing. Null where there is nothing to take away.
 *
 * @throws {DeployError} `FUNCTION_ARN`, `PRE_TOKEN_FOREIGN`, `SETTING_UNKNOWN`, and what the ports reject with.
 */
export async function planDetach(
  { poolId, trigger, functionArn: expected, accepted }: DetachRequest,
  ports: Pick<PoolPorts, "readPool" | "readPolicy">,
): Promise<PoolChange | null> {
  if (expected !== null) functionAt(expected);
  const pool = await ports.readPool(poolId);
  refuseUnknown(pool, accepted);
  const lambdaConfig = lambdaConfigOf(pool);
  const there = triggerOf(lambdaConfig, trigger);
  if (expected !== null) refuseForeign(trigger, triggerFunctions(lambdaConfig, trigger), [expected]);
  // With nothing at the trigger, a permission may be left of a run that was cut short.
  const functionArn = there?.functionArn ?? expected;
  if (functionArn === null) return null;
  const policy = await ports.readPolicy(functionArn);
  const own = ownStatements(policy, poolId, functionArn);
  if (expected === null && own.length === 0) {
    throw new DeployError(
      "PRE_TOKEN_FOREIGN",
      `${nameOf(functionArn)} has its permission from elsewhere, so it may be somebody else's; name it with --function to detach it`,
    );
  }
  return {
    poolId,
    trigger,
    pool,
    lambdaConfig: there === null ? null : withTrigger(lambdaConfig, trigger, null),
    grant: null,
    revoke: own,
    accepted,
    backup: { v: 1, userPool: pool, trigger, functionArn, functionPolicy: policy, asked: null },
    warnings: [],
  };
}
