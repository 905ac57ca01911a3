import { type Fields, isFields, own } from "../cognito/own-fields.ts";
import type { PoolBackup } from "./pool-backup.ts";
import { nameOf } from "./pool-function.ts";
import type { GrantedStatement, Permission } from "./pool-ports.ts";
import { lambdaConfigOf, type TriggerName } from "./pool-trigger.ts";

/** What is to be done to a pool and to who may invoke a function. Nothing of it has happened yet. */
export type PoolChange = {
  readonly poolId: string;
  /** The one that is changed; every other stays. */
  readonly trigger: TriggerName;
  /** The pool as it was read: what everything is compared with, and what goes back where the change fails. */
  readonly pool: Fields;
  /** The triggers it is to have; null where the pool stays as it is. */
  readonly lambdaConfig: Fields | null;
  /** Comes before the pool is touched: it never points to a function that it may not invoke. */
  readonly grant: Permission | null;
  /** Comes after, for the same reason. */
  readonly revoke: readonly GrantedStatement[];
  /** Settings that this version does not know and its user vouches for. */
  readonly accepted: readonly string[];
  /** What `--undo` will read; without the time, which is the caller's to say. */
  readonly backup: Omit<PoolBackup, "made">;
  readonly warnings: readonly PoolWarning[];
};

/** Something that works and could be better. */
export type PoolWarning = { readonly code: "FUNCTION_UNQUALIFIED" | "TIER_UNKNOWN"; readonly message: string };

/** One line of a change for people: names, never ARNs. Null is nothing. */
export type ChangedField = { readonly field: string; readonly before: string | null; readonly after: string | null };

/** Whether there is nothing to do. */
export function isDone({ lambdaConfig, grant, revoke }: PoolChange): boolean {
  return lambdaConfig === null && grant === null && revoke.length === 0;
}

/** A change field by field. */
export function changedFields({ pool, lambdaConfig, grant, revoke }: PoolChange): readonly ChangedField[] {
  const before = lambdaConfigOf(pool);
  return [
    ...(grant ? [permissionLine(grant, null, grant.statementId)] : []),
    ...(lambdaConfig ? triggerLines(before, lambdaConfig) : []),
    ...revoke.map((statement) => permissionLine(statement, statement.statementId, null)),
  ];
}

function triggerLines(before: Fields, after: Fields): readonly ChangedField[] {
  const configs = ["PreTokenGenerationConfig", "InboundFederation"];
  return ["PreTokenGeneration", ...configs.flatMap((name) => [`${name}.LambdaArn`, `${name}.LambdaVersion`])]
    .map((path) => ({ field: `LambdaConfig.${path}`, before: told(before, path), after: told(after, path) }))
    .filter((line) => line.before !== line.after);
}

function told(lambdaConfig: Fields, path: string): string | null {
  const names = path.split(".");
  const value = names.reduce((each: unknown, name) => (isFields(each) ? own(each, name) : undefined), lambdaConfig);
  if (typeof value !== "string") return null;
  return value.startsWith("arn:") ? nameOf(value) : value;
}

function permissionLine({ functionArn }: GrantedStatement, before: string | null, after: string | null): ChangedField {
  return { field: `permission of ${nameOf(functionArn)}`, before, after };
}
