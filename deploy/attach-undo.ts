import { isSameTrigger, refuseForeign } from "./attach.ts";
import type { PoolBackup } from "./pool-backup.ts";
import type { PoolChange } from "./pool-change.ts";
import { ownStatements, permissionFor, permits } from "./pool-permission.ts";
import type { PoolPorts } from "./pool-ports.ts";
import { refuseUnknown } from "./pool-settings.ts";
import { lambdaConfigOf, triggerFunctions, triggerOf, withTriggerOf } from "./pool-trigger.ts";

export type UndoRequest = {
  readonly backup: PoolBackup;
  /** Whether a function may go that neither the backup nor the change it was made for knows. */
  readonly replace: boolean;
  readonly accepted: readonly string[];
};

/**
 * What it takes to give a pool the trigger it had, and a function the permission it had. Everything else, other triggers
 * included, stays as it is now, not as it was then. Reads, and writes nothing.
 *
 * @throws {DeployError} `PRE_TOKEN_FOREIGN`, `SETTING_UNKNOWN`, and what the ports reject with.
 */
export async function planUndo(
  { backup, replace, accepted }: UndoRequest,
  ports: Pick<PoolPorts, "readPool" | "readPolicy">,
): Promise<PoolChange> {
  const { userPool, trigger, functionArn, functionPolicy, asked } = backup;
  const poolId = String(userPool["Id"]);
  const pool = await ports.readPool(poolId);
  refuseUnknown(pool, accepted);
  const [now, then] = [lambdaConfigOf(pool), lambdaConfigOf(userPool)];
  if (!replace)
    refuseForeign(trigger, triggerFunctions(now, trigger), [
      ...triggerFunctions(then, trigger),
      ...(asked ? [asked.functionArn] : []),
    ]);
  const restored = triggerOf(then, trigger);
  const policy = await ports.readPolicy(functionArn);
  const permission = permissionFor(pool, functionArn, policy);
  const had = ownStatements(functionPolicy, poolId, functionArn).map(({ statementId }) => statementId);
  const isNeeded = restored?.functionArn === functionArn;
  return {
    poolId,
    trigger,
    pool,
    lambdaConfig: isSameTrigger(triggerOf(now, trigger), restored) ? null : withTriggerOf(now, trigger, then),
    grant: isNeeded && permits(functionPolicy, permission) && !permits(policy, permission) ? permission : null,
    revoke: ownStatements(policy, poolId, functionArn).filter(({ statementId }) => !had.includes(statementId)),
    accepted,
    backup: { v: 1, userPool: pool, trigger, functionArn, functionPolicy: policy, asked: restored },
    warnings: [],
  };
}
