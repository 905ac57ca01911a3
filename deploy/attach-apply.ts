import type { Fields } from "../cognito/own-fields.ts";
import { DeployError } from "./deploy-error.ts";
import type { PoolChange } from "./pool-change.ts";
import { differences } from "./pool-difference.ts";
import { nameOf } from "./pool-function.ts";
import { ownStatements, permits } from "./pool-permission.ts";
import type { GrantedStatement, Permission, PoolPorts } from "./pool-ports.ts";
import { updateOf } from "./pool-settings.ts";
import { lambdaConfigOf, triggerFunctions } from "./pool-trigger.ts";

/** AWS may tell for a moment how things were, or nothing: this often it is read before that is believed. */
const READINGS = 3;

/**
 * Carries out a change: permission, pool, permissions that go, each read again before the next.
 *
 * The order leaves a pool at no time with a function that it may not invoke, and every step sees by itself whether it is
 * still to be done. So a run that ended anywhere is finished by another one like it, or undone by the backup.
 *
 * Where the pool is not read as it was asked for, everything it had is written back. An answer that was lost is no
 * failure where what was read shows that the change took place.
 *
 * @param keep Keeps the backup before anything is sent; where it rejects, nothing is.
 * @param say Told of every step that is done.
 * @throws {DeployError} `POOL_CHANGED`, `AWS_REFUSED`, `AWS_UNREACHABLE`, `NOT_KEPT`, each saying in what state
 * everything was left, and `RESTORE_FAILED`.
 */
export async function applyChange(
  change: PoolChange,
  ports: PoolPorts,
  keep: (backup: PoolChange["backup"]) => Promise<void>,
  say: (step: string) => void,
): Promise<void> {
  const { grant, lambdaConfig, revoke } = change;
  await keep(change.backup);
  if (grant) {
    await give(grant, ports);
    say(`permission ${grant.statementId} given to ${nameOf(grant.functionArn)}`);
  }
  if (lambdaConfig) {
    await move(change, lambdaConfig, ports);
    say("the pool is as asked for, every other setting as it was");
  }
  for (const statement of revoke) {
    await take(statement, change, ports);
    say(`permission ${statement.statementId} taken from ${nameOf(statement.functionArn)}`);
  }
}

async function give(permission: Permission, ports: PoolPorts): Promise<void> {
  const failure = await failureOf(ports.addPermission(permission));
  const isThere = async (): Promise<boolean> => permits(await ports.readPolicy(permission.functionArn), permission);
  const seen = await failureOr(becomes(isThere, ports));
  if (seen === true) return;
  const unseen = seen === false ? notKept("AddPermission was answered, and the permission is not there") : seen;
  throw saying(failure ?? unseen, "the pool was not touched");
}

async function take(statement: GrantedStatement, { poolId }: PoolChange, ports: PoolPorts): Promise<void> {
  const failure = await failureOf(ports.removePermission(statement));
  const isGone = async (): Promise<boolean> => {
    const left = ownStatements(await ports.readPolicy(statement.functionArn), poolId, statement.functionArn);
    return !left.some(({ statementId }) => statementId === statement.statementId);
  };
  const seen = await failureOr(becomes(isGone, ports));
  if (seen === true) return;
  const unseen = seen === false ? notKept("RemovePermission was answered, and the permission is there") : seen;
  const rest = `permission ${statement.statementId} may have stayed with ${nameOf(statement.functionArn)}`;
  throw saying(failure ?? unseen, `the pool is as asked for; ${rest}`);
}

async function move(change: PoolChange, lambdaConfig: Fields, ports: PoolPorts): Promise<void> {
  const { poolId, pool, accepted } = change;
  const still = await failureOr(ports.readPool(poolId));
  if (still instanceof DeployError) throw saying(still, await takenBack(change, pool, ports, "nothing was changed"));
  const changed = differences(still, pool);
  if (changed.length > 0) {
    const cause = new DeployError("POOL_CHANGED", `somebody changed the pool meanwhile: ${changed.join(", ")}`);
    throw saying(cause, `${await takenBack(change, still, ports, "nothing was done to it")}; run this again`);
  }
  const failure = await failureOf(ports.updatePool(updateOf(pool, lambdaConfig, accepted)));
  const seen = await failureOr(readUntil({ ...pool, LambdaConfig: lambdaConfig }, poolId, ports));
  if (seen instanceof DeployError) throw lost(failure ?? seen, seen.message);
  if (seen.differing.length === 0) return;
  const cause = failure ?? notKept(`UpdateUserPool was answered, but not kept: ${seen.differing.join(", ")}`);
  if (differences(seen.pool, pool).length === 0) {
    throw saying(cause, await takenBack(change, seen.pool, ports, "nothing was changed"));
  }
  await putBack(change, cause, ports);
}

async function putBack(change: PoolChange, cause: DeployError, ports: PoolPorts): Promise<never> {
  const { poolId, pool, accepted } = change;
  const failure = await failureOf(ports.updatePool(updateOf(pool, lambdaConfigOf(pool), accepted)));
  const seen = await failureOr(readUntil(pool, poolId, ports));
  if (seen instanceof DeployError) throw lost(cause, (failure ?? seen).message);
  if (seen.differing.length > 0)
    throw lost(cause, (failure ?? notKept(`not as before: ${seen.differing.join(", ")}`)).message);
  throw saying(cause, await takenBack(change, seen.pool, ports, "the pool was put back as it was"));
}

/**
 * Takes back what was given for a change that did not take place, unless the pool asks that function all the same: then
 * somebody else had it attached meanwhile. What stays is said, and lets nobody in but this pool.
 */
async function takenBack(change: PoolChange, now: Fields, ports: PoolPorts, state: string): Promise<string> {
  if (!change.grant || triggerFunctions(lambdaConfigOf(now), change.trigger).includes(change.grant.functionArn))
    return state;
  const { functionArn, statementId } = change.grant;
  const failure = await failureOf(take({ functionArn, statementId }, change, ports));
  return failure ? `${state}, but permission ${statementId} may have stayed with ${nameOf(functionArn)}` : state;
}

function notKept(message: string): DeployError {
  return new DeployError("NOT_KEPT", message);
}

function saying({ code, message }: DeployError, state: string): DeployError {
  return new DeployError(code, `${message}; ${state}`);
}

function lost({ message }: DeployError, why: string): DeployError {
  const reason = why === message ? message : `${message}; ${why}`;
  const advice = "what the pool is like now is not certain: look at it, and use --undo with the backup";
  return new DeployError("RESTORE_FAILED", `${reason}; ${advice}`);
}

/** The pool once it is as expected, or as it still was when patience ended. */
async function readUntil(expected: Fields, poolId: string, ports: PoolPorts): Promise<Seen> {
  const read = async (): Promise<Seen> => {
    const pool = await ports.readPool(poolId);
    return { pool, differing: differences(pool, expected) };
  };
  return patiently(read, ({ differing }) => differing.length === 0, ports);
}

type Seen = { readonly pool: Fields; readonly differing: readonly string[] };

async function becomes(holds: () => Promise<boolean>, ports: PoolPorts): Promise<boolean> {
  return patiently(holds, (seen) => seen, ports);
}

/** Reads until what is seen is as hoped for, a few times at most. The last reading counts, a failed one too. */
async function patiently<T>(read: () => Promise<T>, isHoped: (seen: T) => boolean, ports: PoolPorts): Promise<T> {
  for (let reading = 1; ; reading += 1) {
    const seen = await failureOr(read());
    const isLast = reading >= READINGS;
    if (!(seen instanceof DeployError)) {
      if (isLast || isHoped(seen)) return seen;
    } else if (isLast) {
      throw seen;
    }
    await ports.pause();
  }
}

async function failureOf(step: Promise<void>): Promise<DeployError | null> {
  const outcome = await failureOr(step);
  return outcome instanceof DeployError ? outcome : null;
}

async function failureOr<T>(step: Promise<T>): Promise<T | DeployError> {
  try {
    return await step;
  } catch (error) {
    if (error instanceof DeployError) return error;
    throw error;
  }
}
