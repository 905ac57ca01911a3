import { DeployError } from "./deploy-error.ts";

const FUNCTION_ARN =
  /^(arn:aws[a-z0-9-]*:lambda:[a-z0-9-]+:\d{12}:function:([A-Za-z0-9_-]{1,64}))(?::([A-Za-z0-9_$-]+))?$/;

const LATEST = "$LATEST";

/** A function, one of its aliases or versions, by its ARN in parts. */
export type PoolFunction = {
  /** Without alias and version. */
  readonly unqualified: string;
  /** An alias or a version. Null for the function itself, which is always its latest code. */
  readonly qualifier: string | null;
};

/**
 * Takes a function's ARN apart.
 *
 * @throws {DeployError} `FUNCTION_ARN` for anything else.
 */
export function functionAt(arn: string): PoolFunction {
  const [, unqualified, , qualifier = null] = FUNCTION_ARN.exec(arn) ?? [];
  if (unqualified === undefined) {
    const form = "arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS";
    throw new DeployError("FUNCTION_ARN", `a function is named by its ARN, ${form}`);
  }
  return { unqualified, qualifier: qualifier === LATEST ? null : qualifier };
}

/**
 * Stops where a function is named in a way that no pool can be given.
 *
 * @throws {DeployError} `FUNCTION_ARN` for what is no function's ARN, and for `$LATEST`, for which there are no permissions.
 */
export function refuseUnattachable(arn: string): void {
  functionAt(arn);
  if (!arn.endsWith(`:${LATEST}`)) return;
  throw new DeployError("FUNCTION_ARN", `no permission can be given to ${LATEST}; name an alias of the function`);
}

/** Whether two ARNs are of one function, whatever their aliases and versions. */
export function isSameFunction(one: string, other: string): boolean {
  const [first, second] = [FUNCTION_ARN.exec(one)?.[1], FUNCTION_ARN.exec(other)?.[1]];
  return first === undefined ? one === other : first === second;
}

/** What a function is called, with its alias or version: fit for messages, which hold no ARN. */
export function nameOf(arn: string): string {
  const [, , name, qualifier] = FUNCTION_ARN.exec(arn) ?? [];
  if (name === undefined) return "a function with an ARN of an unknown form";
  return qualifier === undefined ? name : `${name}:${qualifier}`;
}
