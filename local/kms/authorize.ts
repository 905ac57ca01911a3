import type { VerifiedCaller } from "../identities/identities.ts";
import { type RequestContext, requestContext } from "../policy/condition.ts";
import { evaluateIdentityPolicies } from "../policy/evaluate.ts";
import { globalConditions } from "../policy/global-conditions.ts";
import { type AccessRefusal, refusalOfKey } from "../policy/key-access.ts";
import type { Policy } from "../policy/policy.ts";
import { KmsError } from "./error.ts";
import { isGranted } from "./grant.ts";
import type { KmsKey } from "./keys.ts";
import { usageOf } from "./material.ts";
import type { KmsContext } from "./members.ts";

/** What somebody wants with a key. */
export type KeyUse = {
  /** `Decrypt`: the action, without its service. */
  readonly action: string;
  readonly context?: KmsContext | undefined;
  /** The alias the request named the key by. */
  readonly alias?: string | undefined;
  /** Further condition keys and their values. */
  readonly conditions?: { readonly [key: string]: string | readonly string[] | undefined };
  /** The request named no key, and the blob did. */
  readonly byCiphertext?: boolean;
};

/**
 * Lets a caller pass who may use a key so.
 *
 * @param aliases Names of the key's aliases.
 * @throws {KmsError} `AccessDeniedException`, in AWS's words.
 */
export function authorizeKeyUse(
  caller: VerifiedCaller,
  key: KmsKey,
  use: KeyUse,
  aliases: readonly string[],
  policy: Policy = key.policy.statements,
): void {
  const action = `kms:${use.action}`;
  const refusal = refusalOfKey(
    { caller, action, resource: key.arn, context: conditionValues(caller, key, use, aliases) },
    {
      account: key.account,
      keyPolicy: policy,
      identityPolicies: caller.policies,
      granted: isGranted(key.grants, caller, use.action, use.context ?? {}),
    },
  );
  if (refusal === null) return;
  throw denied(
    caller,
    action,
    use.byCiphertext ? "the resource associated with this ciphertext" : `resource: ${key.arn}`,
    refusal,
  );
}

/**
 * Lets a caller pass whose own policies allow what is about no key, such as making one.
 *
 * @throws {KmsError} `AccessDeniedException`.
 */
export function authorizeOwnAccount(caller: VerifiedCaller, region: string, operation: string, resource: string): void {
  const action = `kms:${operation}`;
  const context = requestContext(callerValues(caller, region));
  const verdict = evaluateIdentityPolicies(caller.policies, { caller, action, resource, context });
  if (verdict === "allow") return;
  throw denied(
    caller,
    action,
    `resource: ${resource}`,
    verdict === "deny"
      ? "with an explicit deny in an identity-based policy"
      : "because no identity-based policy allows the action",
  );
}

function denied({ sessionArn }: VerifiedCaller, action: string, where: string, refusal: AccessRefusal): KmsError {
  const why = refusal.replace("allows the action", `allows the ${action} action`);
  return new KmsError(
    "AccessDeniedException",
    `User: ${sessionArn} is not authorized to perform: ${action} on ${where} ${why}`,
  );
}

type Values = readonly (readonly [key: string, value: string | readonly string[] | undefined])[];

/** Condition keys that a request fills (KMS Developer Guide, "Condition keys for AWS KMS"). Nothing fills kms:ViaService. */
function conditionValues(caller: VerifiedCaller, key: KmsKey, use: KeyUse, aliases: readonly string[]): RequestContext {
  const context = use.context ?? {};
  return requestContext([
    ...callerValues(caller, key.region),
    ...Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value] as const),
    ["kms:EncryptionContextKeys", Object.keys(context)],
    ["kms:KeyOrigin", "AWS_KMS"],
    ["kms:KeySpec", key.spec],
    ["kms:KeyUsage", usageOf[key.spec]],
    ["kms:MultiRegion", String(key.primaryRegion !== null)],
    ["kms:RequestAlias", use.alias],
    ["kms:ResourceAliases", aliases],
    ...Object.entries(use.conditions ?? {}),
  ]);
}

function callerValues(caller: VerifiedCaller, region: string): Values {
  return [...globalConditions(caller, region), ["kms:CallerAccount", caller.account]];
}
