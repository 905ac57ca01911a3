/**
 * Why `attach`, `detach` and `--undo` stop. Only the last three may come after something was sent; every other leaves
 * pool and function as they were.
 *
 * - `FUNCTION_ARN`: what was given is no ARN of a function, or one of `$LATEST`.
 * - `BACKUP_INVALID`: the file is no backup, or one of another pool.
 * - `POOL_UNREADABLE`: an answer that is no description of a pool, or no policy of a function.
 * - `SETTING_UNKNOWN`: the pool has a setting that this version does not know, so that it might be lost.
 * - `PRE_TOKEN_FOREIGN`: another function is at the trigger, and nobody said that it may go.
 * - `TIER_LITE`: the plan of the pool knows no events of the version asked for.
 * - `POOL_CHANGED`: somebody changed the pool between reading and writing.
 * - `AWS_REFUSED`: AWS said no; its exception is named.
 * - `AWS_UNREACHABLE`: no answer, or no credentials to ask with.
 * - `NOT_KEPT`: read again, something was not as it was asked for.
 * - `RESTORE_FAILED`: the pool may be neither as it was nor as asked for; the backup has it.
 */
export type AttachCode =
  | "FUNCTION_ARN"
  | "BACKUP_INVALID"
  | "POOL_UNREADABLE"
  | "SETTING_UNKNOWN"
  | "PRE_TOKEN_FOREIGN"
  | "TIER_LITE"
  | "POOL_CHANGED"
  | "AWS_REFUSED"
  | "AWS_UNREACHABLE"
  | "NOT_KEPT"
  | "RESTORE_FAILED";
