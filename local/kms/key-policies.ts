import type { PolicyDocument } from "../policy/policy.ts";
import { PolicyError } from "../policy/policy-error.ts";
import { authorizeKeyUse } from "./authorize.ts";
import { KmsError } from "./error.ts";
import { invalid } from "./input.ts";
import { changeKey, type KeyPolicy, type KmsKey, keyPolicy, notPendingDeletion } from "./keys.ts";
import { boolean, text } from "./members.ts";
import { aliasesOf, type Call, namedKey, type Operation, operation, required } from "./operation.ts";

/** Reading and changing key policies. A key has one, and its name is `default`. */
export const keyPolicies: Readonly<Record<string, Operation>> = {
  GetKeyPolicy: operation({ KeyId: text, PolicyName: text }, (call, { KeyId, PolicyName = "default" }) => {
    onlyDefault(PolicyName);
    return { Policy: namedKey(call, KeyId).policy.text, PolicyName };
  }),

  PutKeyPolicy: operation(
    { KeyId: text, PolicyName: text, Policy: text, BypassPolicyLockoutSafetyCheck: boolean },
    (call, { KeyId, PolicyName = "default", Policy, BypassPolicyLockoutSafetyCheck = false }) => {
      onlyDefault(PolicyName);
      const written = required(Policy, "policy");
      const key = notPendingDeletion(
        namedKey(call, KeyId, {
          conditions: { "kms:BypassPolicyLockoutSafetyCheck": String(BypassPolicyLockoutSafetyCheck) },
        }),
      );
      const policy = keyPolicy(askedPolicy(written), written);
      if (!BypassPolicyLockoutSafetyCheck) assertNotLockedOut(call, key, policy);
      changeKey(call.ring, key.arn, { policy });
      return {};
    },
  ),

  ListKeyPolicies: operation({ KeyId: text }, (call, { KeyId }) => {
    namedKey(call, KeyId);
    return { PolicyNames: ["default"], Truncated: false };
  }),
};

/**
 * A policy as a request holds it.
 *
 * @throws {KmsError} `MalformedPolicyDocumentException`, which says what is wrong where AWS says little.
 */
export function askedPolicy(written: string): PolicyDocument {
  try {
    const document: unknown = JSON.parse(written);
    keyPolicy(document);
    return document as PolicyDocument;
  } catch (error) {
    if (!(error instanceof PolicyError || error instanceof SyntaxError)) throw error;
    const problem = error instanceof PolicyError ? error.message : "it is not JSON";
    throw new KmsError("MalformedPolicyDocumentException", problem);
  }
}

/**
 * Keeps a caller from a policy that the same caller could not change again, as AWS does unless told not to.
 *
 * @throws {KmsError} `MalformedPolicyDocumentException`.
 */
export function assertNotLockedOut({ caller, ring }: Call, key: KmsKey, policy: KeyPolicy = key.policy): void {
  if (caller === null) return;
  try {
    authorizeKeyUse(caller, key, { action: "PutKeyPolicy" }, aliasesOf(ring, key), policy.statements);
  } catch {
    throw new KmsError(
      "MalformedPolicyDocumentException",
      "The new key policy will not allow you to update the key policy in the future.",
    );
  }
}

function onlyDefault(name: string): void {
  if (name !== "default") throw invalid(`Value '${name}' at 'policyName'`, "the only policy is named default");
}
