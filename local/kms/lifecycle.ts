import { KmsError } from "./error.ts";
import { within } from "./input.ts";
import { keyMetadata } from "./key-metadata.ts";
import { askedPolicy, assertNotLockedOut } from "./key-policies.ts";
import { changeKey, type KmsKey, type NewKey, notPendingDeletion, plannedKey, relatives, storeKey } from "./keys.ts";
import { askedSpec } from "./material.ts";
import { boolean, integer, text } from "./members.ts";
import { allowInAccount, type Call, namedKey, type Operation, operation, required } from "./operation.ts";

const dayMs = 86_400_000;

/** How keys come, go and pause. Assumed: replica-deletion. */
export const lifecycle: Readonly<Record<string, Operation>> = {
  CreateKey: operation(
    {
      Policy: text,
      Description: text,
      KeyUsage: text,
      KeySpec: text,
      CustomerMasterKeySpec: text,
      MultiRegion: boolean,
      BypassPolicyLockoutSafetyCheck: boolean,
    },
    (call, { Description: description = "", MultiRegion: multiRegion = false, ...asked }) => {
      allowInAccount(call);
      const spec = askedSpec(asked.KeySpec ?? asked.CustomerMasterKeySpec, asked.KeyUsage);
      const { region, account } = call;
      const key = made(call, { region, account, spec, description, multiRegion }, asked);
      return { KeyMetadata: keyMetadata(call.ring, key) };
    },
  ),

  ReplicateKey: operation(
    { KeyId: text, ReplicaRegion: text, Policy: text, Description: text, BypassPolicyLockoutSafetyCheck: boolean },
    (call, { KeyId, ReplicaRegion, Description: description = "", ...asked }) => {
      const region = required(ReplicaRegion, "replicaRegion");
      const { keyId, account, spec, primaryRegion } = notPendingDeletion(namedKey(call, KeyId));
      if (primaryRegion !== call.region) throw new KmsError("UnsupportedOperationException");
      if (relatives(call.ring, account, keyId).some((key) => key.region === region)) {
        throw new KmsError("AlreadyExistsException", `Key ${keyId} already exists in ${region}.`);
      }
      const replica = made(call, { region, account, keyId, spec, description }, asked);
      return { ReplicaKeyMetadata: keyMetadata(call.ring, replica), ReplicaPolicy: replica.policy.text };
    },
  ),

  DescribeKey: operation({ KeyId: text }, (call, { KeyId }) => {
    return { KeyMetadata: keyMetadata(call.ring, namedKey(call, KeyId)) };
  }),

  EnableKey: operation({ KeyId: text }, (call, { KeyId }) => setState(call, KeyId, "Enabled")),

  DisableKey: operation({ KeyId: text }, (call, { KeyId }) => setState(call, KeyId, "Disabled")),

  ScheduleKeyDeletion: operation(
    { KeyId: text, PendingWindowInDays: integer },
    (call, { KeyId, PendingWindowInDays: days = 30 }) => {
      within(days, 30, `Value '${days}' at 'pendingWindowInDays'`, "value", 7);
      const key = notPendingDeletion(namedKey(call, KeyId));
      const deletionDate = new Date(call.ring.now() + days * dayMs);
      changeKey(call.ring, key.arn, { state: "PendingDeletion", deletionDate });
      return { KeyId: key.arn, DeletionDate: deletionDate, KeyState: "PendingDeletion", PendingWindowInDays: days };
    },
  ),

  CancelKeyDeletion: operation({ KeyId: text }, (call, { KeyId }) => {
    const key = namedKey(call, KeyId);
    if (key.state !== "PendingDeletion") {
      throw new KmsError("KMSInvalidStateException", `${key.arn} is not pending deletion.`);
    }
    // A key that was to be deleted comes back disabled, whatever it was before (KMS API, CancelKeyDeletion).
    changeKey(call.ring, key.arn, { state: "Disabled", deletionDate: undefined });
    return { KeyId: key.arn };
  }),
};

type AskedPolicy = {
  readonly Policy: string | undefined;
  readonly BypassPolicyLockoutSafetyCheck: boolean | undefined;
};

/** Adds a key with the policy that is asked for, or AWS's default. */
function made(call: Call, key: NewKey, { Policy, BypassPolicyLockoutSafetyCheck = false }: AskedPolicy): KmsKey {
  const planned = plannedKey(call.ring, Policy === undefined ? key : { ...key, policy: askedPolicy(Policy) });
  if (Policy !== undefined && !BypassPolicyLockoutSafetyCheck) assertNotLockedOut(call, planned);
  call.found(planned);
  storeKey(call.ring, planned);
  return planned;
}

function setState(
  call: Call,
  name: string | undefined,
  state: "Enabled" | "Disabled",
): Readonly<Record<string, never>> {
  const key: KmsKey = notPendingDeletion(namedKey(call, name));
  changeKey(call.ring, key.arn, { state });
  return {};
}
