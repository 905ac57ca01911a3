import { type Fields, own } from "../../cognito/own-fields.ts";
import { DeployError } from "../../deploy/deploy-error.ts";
import { functionAt } from "../../deploy/pool-function.ts";
import { permissionFor, permits } from "../../deploy/pool-permission.ts";
import type { Permission, PoolPorts } from "../../deploy/pool-ports.ts";
import { lambdaConfigOf, triggerOf } from "../../deploy/pool-trigger.ts";
import { UserPoolError } from "../../local/user-pool/error.ts";
import { createPoolSettings, type PoolSettings } from "../../local/user-pool/pool-settings.ts";

/**
 * What happens to one call, counted from 0: AWS says no; nothing gets there; it takes effect and the answer is lost; or
 * the process that calls ends, before or after the effect. With `on`, every later call fares like it.
 */
export type Fault = {
  readonly call: number;
  readonly how: "refused" | "unreachable" | "lost" | "dies before" | "dies after";
  readonly on?: boolean;
};

/** The process is no more: not an error that anything could handle. */
export class Died extends Error {
  override readonly name = "Died";
}

export type Account = {
  readonly ports: PoolPorts;
  readonly pool: PoolSettings;
  /** Every function's policy, by ARN. */
  readonly policies: () => { readonly [functionArn: string]: Fields };
  /** The calls so far, by operation. */
  readonly calls: string[];
  /** Moments at which the pool had a function that it might not invoke. */
  readonly gaps: string[];
  /** Lets the next calls fare as told; null lets all of them succeed. Counts from 0 again. */
  readonly faulty: (fault: Fault | null) => void;
  /** Somebody else's doing: takes place whatever is faulty. */
  readonly grant: (permission: Permission) => void;
};

/** A pool and its functions, in memory. */
export function anAccount(described: Fields, mirrorsTrigger = true): Account {
  const pool = createPoolSettings(described, { mirrorsTrigger });
  const statements = new Map<string, Fields[]>();
  const [calls, gaps]: [string[], string[]] = [[], []];
  let [fault, count, dead]: [Fault | null, number, boolean] = [null, 0, false];

  // A pool that is there may have a function whose permission nobody here was told of.
  const before = triggerOf(lambdaConfigOf(described), "InboundFederation")?.functionArn;

  const policyOf = (functionArn: string): Fields | null => {
    const there = statements.get(functionArn) ?? [];
    return there.length === 0 ? null : { Version: "2012-10-17", Id: "default", Statement: structuredClone(there) };
  };
  const noteGap = (operation: string): void => {
    const config = lambdaConfigOf(pool.describe());
    for (const there of [triggerOf(config, "PreTokenGeneration"), triggerOf(config, "InboundFederation")]) {
      if (there === null || there.functionArn === before) continue;
      const policy = policyOf(there.functionArn);
      if (!permits(policy, permissionFor(pool.describe(), there.functionArn, policy))) gaps.push(operation);
    }
  };
  const call = async <T>(operation: string, effect: () => T): Promise<T> => {
    if (dead) throw new Died();
    const isFaulty = fault !== null && (count === fault.call || (fault.on === true && count > fault.call));
    count += 1;
    calls.push(operation);
    const how = isFaulty ? fault?.how : undefined;
    if (how === "dies before" || how === "dies after") dead = true;
    if (how === "dies before") throw new Died();
    if (how === "refused") throw new DeployError("AWS_REFUSED", `${operation}: AWS answers AccessDeniedException`);
    if (how === "unreachable")
      throw new DeployError("AWS_UNREACHABLE", `${operation} could not be asked: ECONNREFUSED`);
    const done = effect();
    noteGap(operation);
    if (how === "dies after") throw new Died();
    if (how === "lost") throw new DeployError("AWS_UNREACHABLE", `${operation} could not be asked: ECONNRESET`);
    return done;
  };
  const grant = ({ functionArn, statementId, action, principal, sourceArn, sourceAccount }: Permission): void => {
    const there = statements.get(functionArn) ?? [];
    if (there.some((statement) => own(statement, "Sid") === statementId))
      throw refused("AddPermission", "ResourceConflictException");
    const statement = {
      Sid: statementId,
      Effect: "Allow",
      Principal: { Service: principal },
      Action: action,
      Resource: functionArn,
      Condition: { StringEquals: { "AWS:SourceAccount": sourceAccount }, ArnLike: { "AWS:SourceArn": sourceArn } },
    };
    statements.set(functionArn, [...there, statement]);
  };

  return {
    ports: {
      readPool: () => call("DescribeUserPool", () => pool.describe()),
      updatePool: (request) => call("UpdateUserPool", () => update(pool, request)),
      readPolicy: (functionArn) => call("GetPolicy", () => policyOf(functionArn)),
      addPermission: (permission) => {
        functionAt(permission.functionArn);
        return call("AddPermission", () => grant(permission));
      },
      removePermission: ({ functionArn, statementId }) =>
        call("RemovePermission", () => {
          const there = statements.get(functionArn) ?? [];
          const left = there.filter((statement) => own(statement, "Sid") !== statementId);
          if (left.length === there.length) throw refused("RemovePermission", "ResourceNotFoundException");
          statements.set(functionArn, left);
        }),
      pause: async () => {},
    },
    pool,
    policies: () =>
      Object.fromEntries([...statements].flatMap(([arn]) => (policyOf(arn) ? [[arn, policyOf(arn) as Fields]] : []))),
    calls,
    gaps,
    faulty: (next) => {
      [fault, count, dead] = [next, 0, false];
      calls.length = 0;
    },
    grant,
  };
}

function update(pool: PoolSettings, request: Fields): void {
  try {
    pool.update(request);
  } catch (error) {
    if (error instanceof UserPoolError) throw refused("UpdateUserPool", error.code);
    throw error;
  }
}

function refused(operation: string, exception: string): DeployError {
  return new DeployError("AWS_REFUSED", `${operation}: AWS answers ${exception}`);
}
