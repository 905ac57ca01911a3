import type { Fields } from "../cognito/own-fields.ts";

/** What `AddPermission` is sent so that one pool may invoke one function, alias or version. */
export type Permission = {
  readonly functionArn: string;
  readonly statementId: string;
  readonly action: "lambda:InvokeFunction";
  readonly principal: "cognito-idp.amazonaws.com";
  /** The pool. */
  readonly sourceArn: string;
  /** The account of the pool. */
  readonly sourceAccount: string;
};

/** A statement of a function's policy, by its id. */
export type GrantedStatement = { readonly functionArn: string; readonly statementId: string };

/**
 * What attaching asks of AWS. Pools and policies are JSON as AWS sent it, so that nothing is lost on the way that the
 * SDK has no type for.
 *
 * Every port rejects with a `DeployError`: `AWS_REFUSED` where AWS said no, `AWS_UNREACHABLE` where it said nothing.
 */
export type PoolPorts = {
  /** `DescribeUserPool`. Rejects with `POOL_UNREADABLE` for an answer without a pool. */
  readonly readPool: (poolId: string) => Promise<Fields>;
  /** `UpdateUserPool`, with exactly this body. */
  readonly updatePool: (request: Fields) => Promise<void>;
  /** `GetPolicy`: the policy of a function, alias or version; null where it has none, or is not there itself. */
  readonly readPolicy: (functionArn: string) => Promise<Fields | null>;
  /** `AddPermission`. */
  readonly addPermission: (permission: Permission) => Promise<void>;
  /** `RemovePermission`. */
  readonly removePermission: (statement: GrantedStatement) => Promise<void>;
  /** Time for AWS to catch up, before something is read again. */
  readonly pause: () => Promise<void>;
};
