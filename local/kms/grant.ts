import type { Caller } from "../policy/caller.ts";
import type { KmsContext } from "./members.ts";

/** A right to use a key that was passed on (KMS Developer Guide, "Grants in AWS KMS"). */
export type Grant = {
  readonly id: string;
  readonly grantee: string;
  readonly operations: readonly string[];
  readonly createdAt: Date;
  readonly name?: string | undefined;
  /** Pairs that a request's context must have, or must be. */
  readonly subset?: KmsContext | undefined;
  readonly equals?: KmsContext | undefined;
};

/** Operations on the emulated keys that a grant may name. */
export const grantable: ReadonlySet<string> = new Set([
  "CreateGrant",
  "Decrypt",
  "DeriveSharedSecret",
  "DescribeKey",
  "Encrypt",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "GenerateMac",
  "GetPublicKey",
  "ReEncryptFrom",
  "ReEncryptTo",
  "RetireGrant",
  "VerifyMac",
]);

/** Whether one of a key's grants lets a caller do this under this context. */
export function isGranted(grants: readonly Grant[], caller: Caller, operation: string, context: KmsContext): boolean {
  return grants.some(
    ({ grantee, operations, subset, equals }) =>
      (grantee === caller.roleArn || grantee === caller.sessionArn) &&
      operations.includes(operation) &&
      (subset === undefined || contains(context, subset)) &&
      (equals === undefined || (contains(context, equals) && contains(equals, context))),
  );
}

function contains(whole: KmsContext, part: KmsContext): boolean {
  return Object.entries(part).every(([name, value]) => Object.hasOwn(whole, name) && whole[name] === value);
}
