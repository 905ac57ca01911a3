import { type Fields, isFields, own } from "../cognito/own-fields.ts";
import { DeployError } from "./deploy-error.ts";
import { functionAt } from "./pool-function.ts";
import type { PoolTrigger, TriggerName } from "./pool-trigger.ts";

/** A pool and a function's policy before a change, whole and as AWS told them. It holds ARNs and texts of the pool. */
export type PoolBackup = {
  readonly v: 1;
  /** When it was made, ISO 8601. */
  readonly made: string;
  /** `DescribeUserPool`'s description. */
  readonly userPool: Fields;
  /** The trigger that was changed. */
  readonly trigger: TriggerName;
  /** The function that is given or loses its permission. */
  readonly functionArn: string;
  /** `GetPolicy`'s policy of it; null where it had none. */
  readonly functionPolicy: Fields | null;
  /** The trigger that the change was to set; null where it was to have none. */
  readonly asked: PoolTrigger | null;
};

/**
 * Reads a backup.
 *
 * @throws {DeployError} `BACKUP_INVALID` for anything that `attach` or `detach` did not write.
 */
export function readBackup(read: unknown): PoolBackup {
  if (!isFields(read) || own(read, "v") !== 1) throw invalid();
  const [made, userPool, functionArn, functionPolicy, asked] = (
    ["made", "userPool", "functionArn", "functionPolicy", "asked"] as const
  ).map((name) => own(read, name));
  // Backups were of this trigger before there was another one.
  const trigger = own(read, "trigger") ?? "PreTokenGeneration";
  const fits =
    typeof made === "string" &&
    isFields(userPool) &&
    typeof own(userPool, "Id") === "string" &&
    typeof functionArn === "string" &&
    (functionPolicy === null || isFields(functionPolicy)) &&
    (trigger === "PreTokenGeneration" || trigger === "InboundFederation") &&
    (asked === null || isTrigger(asked));
  if (!fits) throw invalid();
  functionAt(functionArn);
  return { v: 1, made, userPool, trigger, functionArn, functionPolicy, asked };
}

function isTrigger(value: unknown): value is PoolTrigger {
  return isFields(value) && typeof own(value, "functionArn") === "string" && typeof own(value, "version") === "string";
}

function invalid(): DeployError {
  return new DeployError("BACKUP_INVALID", "that is no backup of claimseal attach or detach");
}
