import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { blobFingerprint, unwrap, wrap } from "./blob.ts";
import { KmsError, type KmsErrorCode } from "./error.ts";
import {
  checkedBlob,
  type DecryptInput,
  type DescribeKeyInput,
  dataKeyLength,
  type GenerateDataKeyInput,
  type KmsContext,
} from "./input.ts";
import { addKey, findKey, type KeyRing, type KeyState, type KmsKey, keyOfBlob, type NewKey, usable } from "./keys.ts";

export type KmsOperation = "GenerateDataKey" | "Decrypt" | "DescribeKey";

/** One request as CloudTrail would have it. There is no place in it for key material. */
export type KmsRequest = {
  readonly operation: KmsOperation;
  /** The key that was found; null where the request did not get that far. */
  readonly keyArn: string | null;
  readonly context: KmsContext;
  readonly outcome: "ok" | KmsErrorCode;
};

/** What to do wrong, until told otherwise. */
export type KmsFaults = {
  /** Waits before it answers, also before it fails. */
  readonly delayMs?: number;
  /** Answers every n-th request with ThrottlingException. */
  readonly throttleEvery?: number;
  /** Answers every request with this. */
  readonly fail?: KmsErrorCode;
};

export type GenerateDataKeyOutput = {
  readonly KeyId: string;
  readonly CiphertextBlob: Buffer;
  readonly Plaintext: Buffer;
  readonly KeyMaterialId: string;
};

export type DecryptOutput = {
  readonly KeyId: string;
  readonly Plaintext: Buffer;
  readonly EncryptionAlgorithm: "SYMMETRIC_DEFAULT";
  readonly KeyMaterialId: string;
};

export type KeyMetadata = Readonly<Record<string, string | boolean | Date | readonly string[]>>;

/**
 * AWS KMS in memory: real AES-256-GCM under keys nobody but this object has, KMS's rules about names, contexts and key
 * states, and KMS's errors. Inputs and outputs are the API's own; `region` is the endpoint that was asked.
 * Every operation rejects with a `KmsError`.
 */
export type Kms = {
  /** Adds an enabled key and gives its ARN. */
  readonly createKey: (key: NewKey) => string;
  readonly setKeyState: (keyArn: string, state: KeyState) => void;
  readonly inject: (faults: KmsFaults) => void;
  readonly requests: () => readonly KmsRequest[];
  readonly generateDataKey: (region: string, input: GenerateDataKeyInput) => Promise<GenerateDataKeyOutput>;
  readonly decrypt: (region: string, input: DecryptInput) => Promise<DecryptOutput>;
  readonly describeKey: (region: string, input: DescribeKeyInput) => Promise<{ readonly KeyMetadata: KeyMetadata }>;
};

/** A KMS without keys or faults. */
export function createKms(): Kms {
  const ring: KeyRing = { keys: new Map(), aliases: new Map() };
  const requests: KmsRequest[] = [];
  let faults: KmsFaults = {};
  let sinceInjected = 0;

  async function failAsInjected(): Promise<void> {
    const { delayMs = 0, throttleEvery = 0, fail } = faults;
    sinceInjected += 1;
    const throttled = throttleEvery > 0 && sinceInjected % throttleEvery === 0;
    // A request that nobody waits for any more must not keep the process.
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
    if (fail !== undefined) throw new KmsError(fail, "injected");
    if (throttled) throw new KmsError("ThrottlingException", "Rate exceeded");
  }

  /** Runs one request and writes it down; `work` says which key it found as soon as it has one. */
  async function recorded<T>(
    operation: KmsOperation,
    context: KmsContext,
    work: (found: (key: KmsKey) => KmsKey) => T,
  ): Promise<T> {
    let keyArn: string | null = null;
    let outcome: KmsRequest["outcome"] = "ok";
    try {
      await failAsInjected();
      return work((key) => {
        keyArn = key.arn;
        return key;
      });
    } catch (error) {
      outcome = error instanceof KmsError ? error.code : "KMSInternalException";
      throw error;
    } finally {
      requests.push({ operation, keyArn, context: { ...context }, outcome });
    }
  }

  return {
    createKey: (key) => addKey(ring, key).arn,
    setKeyState: (keyArn, state) => {
      const key = ring.keys.get(keyArn);
      if (key === undefined) throw new TypeError("there is no key of this ARN");
      ring.keys.set(keyArn, { ...key, state });
    },
    inject: (next) => {
      faults = next;
      sinceInjected = 0;
    },
    requests: () => [...requests],
    generateDataKey: (region, input) =>
      recorded("GenerateDataKey", input.EncryptionContext ?? {}, (found) => {
        const length = dataKeyLength(input);
        const key = usable(found(findKey(ring, region, input.KeyId)));
        const plaintext = randomBytes(length);
        const blob = wrap(key.backing, plaintext, contextAad(input.EncryptionContext));
        return { KeyId: key.arn, CiphertextBlob: blob, Plaintext: plaintext, KeyMaterialId: materialId(key) };
      }),
    decrypt: (region, input) =>
      recorded("Decrypt", input.EncryptionContext ?? {}, (found) => {
        const blob = checkedBlob(input);
        const named = input.KeyId === undefined ? undefined : found(findKey(ring, region, input.KeyId));
        const key = usable(found(decryptingKey(ring, region, blob, named)));
        const plaintext = unwrap(key.backing, blob, contextAad(input.EncryptionContext));
        if (plaintext === undefined) throw new KmsError("InvalidCiphertextException");
        return {
          KeyId: key.arn,
          Plaintext: plaintext,
          EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
          KeyMaterialId: materialId(key),
        };
      }),
    describeKey: (region, { KeyId }) =>
      recorded("DescribeKey", {}, (found) => ({ KeyMetadata: metadata(found(findKey(ring, region, KeyId))) })),
  };
}

/** The key that made the blob, which must be the one the request names, if it names one. */
function decryptingKey(ring: KeyRing, region: string, blob: Uint8Array, named: KmsKey | undefined): KmsKey {
  const fingerprint = blobFingerprint(blob);
  if (fingerprint === undefined) throw new KmsError("InvalidCiphertextException");
  const key = keyOfBlob(ring, region, fingerprint);
  if (named !== undefined && named.arn !== key?.arn) {
    throw new KmsError(
      "IncorrectKeyException",
      "The key ID in the request does not identify a CMK that can perform this operation.",
    );
  }
  // KMS does not tell a caller whether a key exists that the caller may not use.
  if (key === undefined) {
    throw new KmsError(
      "AccessDeniedException",
      "The ciphertext refers to a customer master key that does not exist, does not exist in this region, " +
        "or you are not allowed to access.",
    );
  }
  return key;
}

/** One text per context, whatever the order of its pairs. JSON keeps every string apart, lone surrogates too. */
function contextAad(context: KmsContext = {}): string {
  return JSON.stringify(Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Names one generation of a key's material: 64 hexadecimal digits, which tell nothing of it. */
function materialId({ backing: { fingerprint, generation } }: KmsKey): string {
  return createHash("sha256").update(fingerprint).update(Buffer.of(generation)).digest("hex");
}

function metadata(key: KmsKey): KeyMetadata {
  return {
    AWSAccountId: key.account,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: key.createdAt,
    Enabled: key.state === "Enabled",
    Description: "",
    KeyUsage: "ENCRYPT_DECRYPT",
    KeyState: key.state,
    Origin: "AWS_KMS",
    KeyManager: "CUSTOMER",
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    KeySpec: "SYMMETRIC_DEFAULT",
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    MultiRegion: false,
    CurrentKeyMaterialId: materialId(key),
  };
}
