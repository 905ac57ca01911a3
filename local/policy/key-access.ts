import { type AccessRequest, evaluateIdentityPolicies, evaluateResourcePolicy } from "./evaluate.ts";
import type { Policy } from "./policy.ts";

/** What bears on a request for a KMS key. */
export type KeyAccess = {
  readonly keyPolicy: Policy;
  readonly identityPolicies: readonly Policy[];
  /** Whether a grant allows this operation to this caller under this context. */
  readonly granted: boolean;
  /** The account the key is in. */
  readonly account: string;
};

/** Why a request is refused, as AWS puts it; null for one that is not. */
export type AccessRefusal =
  | "with an explicit deny in a resource-based policy"
  | "with an explicit deny in an identity-based policy"
  | "because no resource-based policy allows the action"
  | "because no identity-based policy allows the action";

/**
 * Decides on a KMS key (KMS Developer Guide, "Determining access to AWS KMS keys"): a Deny anywhere refuses, then a grant
 * allows, then the key policy allows by itself or leaves it to the account, whose identity policies must then allow.
 * For a caller of another account both must allow, whomever the key policy names. Assumed: grant-across-accounts.
 */
export function refusalOfKey(request: AccessRequest, access: KeyAccess): AccessRefusal | null {
  const key = evaluateResourcePolicy(access.keyPolicy, request);
  const identity = evaluateIdentityPolicies(access.identityPolicies, request);
  if (key === "deny") return "with an explicit deny in a resource-based policy";
  if (identity === "deny") return "with an explicit deny in an identity-based policy";
  if (access.granted) return null;
  if (key === "silent") return "because no resource-based policy allows the action";
  const enough = key === "allow" && request.caller.account === access.account;
  return enough || identity === "allow" ? null : "because no identity-based policy allows the action";
}
