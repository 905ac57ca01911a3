import { setTimeout as sleep } from "node:timers/promises";
import { localAccount } from "../local-account.ts";
import type { PolicyDocument } from "../policy/policy.ts";
import { aliases } from "./aliases.ts";
import { type DecryptOutput, decrypt, encryption, type GenerateDataKeyOutput, generateDataKey } from "./encryption.ts";
import { KmsError, type KmsErrorCode } from "./error.ts";
import { faultInjector, type KmsFaults } from "./faults.ts";
import { grants } from "./grants.ts";
import type { DecryptInput, GenerateDataKeyInput } from "./input.ts";
import { keyAgreement } from "./key-agreement.ts";
import { keyPolicies } from "./key-policies.ts";
import { addKey, changeKey, type KeyRing, type KeyState, keyPolicy, type NewKey } from "./keys.ts";
import { lifecycle } from "./lifecycle.ts";
import { macs } from "./mac.ts";
import type { Fields, KmsContext } from "./members.ts";
import type { Call, Operation, Origin } from "./operation.ts";
import { rotation } from "./rotation.ts";

/** One request as CloudTrail would have it. There is no place in it for key material. */
export type KmsRequest = {
  readonly operation: string;
  /** The key that was found first; null where the request did not get that far. */
  readonly keyArn: string | null;
  readonly context: KmsContext;
  readonly outcome: "ok" | KmsErrorCode;
  /** The role that asked, where that is known. */
  readonly roleArn?: string;
};

export type KmsOptions = {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** How long a change of state, policy or grants takes to reach the uses of a key; 0 if not given. */
  readonly settleMs?: number;
};

/**
 * AWS KMS in memory: real cryptography under keys nobody but this object has, KMS's rules about names, contexts, key
 * states and policies, and KMS's errors. Inputs and outputs are the API's own; `region` is the endpoint that was asked.
 * Every operation rejects with a `KmsError`.
 */
export type Kms = {
  /** Adds an enabled key and gives its ARN. */
  readonly createKey: (key: NewKey) => string;
  readonly setKeyState: (keyArn: string, state: KeyState) => void;
  readonly setKeyPolicy: (keyArn: string, policy: PolicyDocument) => void;
  readonly inject: (faults: KmsFaults | readonly KmsFaults[]) => void;
  readonly requests: () => readonly KmsRequest[];
  /** Any operation by its name, with its input as JSON has it. Rejects with a `KmsError`. */
  readonly call: (operation: string, origin: Origin, input: Fields) => Promise<Fields>;
  readonly generateDataKey: (region: string, input: GenerateDataKeyInput) => Promise<GenerateDataKeyOutput>;
  readonly decrypt: (region: string, input: DecryptInput) => Promise<DecryptOutput>;
};

const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    ...encryption,
    ...keyAgreement,
    ...macs,
    ...lifecycle,
    ...rotation,
    ...aliases,
    ...keyPolicies,
    ...grants,
  }),
);

/** A KMS without keys or faults. */
export function createKms({ now = Date.now, settleMs = 0 }: KmsOptions = {}): Kms {
  const ring: KeyRing = { keys: new Map(), aliases: new Map(), materials: new Map(), now, settleMs };
  const requests: KmsRequest[] = [];
  const faults = faultInjector();

  /** Runs one request and writes it down. */
  async function recorded<T>(
    operation: string,
    { region, caller }: Origin,
    context: KmsContext,
    work: (call: Call) => T,
  ): Promise<T> {
    const { delayMs, beforeWork, onKey } = faults.of(operation);
    let keyArn: string | null = null;
    let outcome: KmsRequest["outcome"] = "ok";
    let keyDelayMs = 0;
    await delay(delayMs);
    try {
      beforeWork();
      return work({
        region,
        caller,
        operation,
        ring,
        account: caller?.account ?? localAccount,
        found: ({ arn }) => {
          keyArn ??= arn;
          keyDelayMs = Math.max(keyDelayMs, onKey(arn));
        },
      });
    } catch (error) {
      outcome = error instanceof KmsError ? error.code : "KMSInternalException";
      throw error;
    } finally {
      await delay(keyDelayMs);
      const who = caller === null ? {} : { roleArn: caller.roleArn };
      requests.push({ operation, keyArn, context: { ...context }, outcome, ...who });
    }
  }

  return {
    createKey: (key) => addKey(ring, key).arn,
    setKeyState: (keyArn, state) => changeKey(ring, keyArn, { state, deletionDate: undefined }),
    setKeyPolicy: (keyArn, policy) => changeKey(ring, keyArn, { policy: keyPolicy(policy) }),
    inject: faults.inject,
    requests: () => [...requests],
    call: async (name, origin, input) => {
      const operation = operations.get(name);
      if (operation === undefined) throw new KmsError("UnknownOperationException");
      const { context, run } = operation(input);
      return recorded(name, origin, context, run);
    },
    generateDataKey: (region, input) =>
      recorded("GenerateDataKey", { region, caller: null }, input.EncryptionContext ?? {}, (call) =>
        generateDataKey(call, input),
      ),
    decrypt: (region, input) =>
      recorded("Decrypt", { region, caller: null }, input.EncryptionContext ?? {}, (call) => decrypt(call, input)),
  };
}

async function delay(ms: number): Promise<void> {
  // A request that nobody waits for any more must not keep the process.
  if (ms > 0) await sleep(ms, undefined, { ref: false });
}
