import { randomBytes } from "node:crypto";
import { blobFingerprint, blobGeneration, unwrap, wrap } from "./blob.ts";
import { KmsError } from "./error.ts";
import { findKey } from "./find-key.ts";
import {
  checkedBytes,
  type DecryptInput,
  dataKeyLength,
  type GenerateDataKeyInput,
  onlyAlgorithm,
  within,
} from "./input.ts";
import { type KmsKey, keyOfBlob } from "./keys.ts";
import { currentBacking, materialId, type SymmetricMaterial } from "./material.ts";
import { boolean, bytes, context, integer, type KmsContext, text } from "./members.ts";
import {
  allowedKey,
  allowInAccount,
  type Call,
  namedKey,
  type Operation,
  operation,
  unlessDryRun,
  usableMaterial,
} from "./operation.ts";

const symmetric = "SYMMETRIC_DEFAULT";
const algorithm = { "kms:EncryptionAlgorithm": symmetric };

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

/** A new data key, in the clear and wrapped. */
export function generateDataKey(call: Call, input: GenerateDataKeyInput): GenerateDataKeyOutput {
  const length = dataKeyLength(input);
  const key = namedKey(call, input.KeyId, { context: input.EncryptionContext, conditions: algorithm });
  const backing = currentBacking(usableMaterial(call, key, symmetric));
  const plaintext = randomBytes(length);
  return unlessDryRun(input.DryRun, {
    KeyId: key.arn,
    CiphertextBlob: wrap(backing, plaintext, contextAad(input.EncryptionContext)),
    Plaintext: plaintext,
    KeyMaterialId: materialId(backing),
  });
}

/** What is in a blob. */
export function decrypt(call: Call, input: DecryptInput): DecryptOutput {
  const blob = checkedBytes(input.CiphertextBlob, "ciphertextBlob", 6144);
  onlyAlgorithm(input.EncryptionAlgorithm ?? symmetric, "encryptionAlgorithm", symmetric);
  const { key, plaintext, id } = read(call, blob, input.KeyId, input.EncryptionContext, "Decrypt");
  return unlessDryRun(input.DryRun, {
    KeyId: key.arn,
    Plaintext: plaintext,
    EncryptionAlgorithm: symmetric,
    KeyMaterialId: id,
  });
}

const dataKeyShape = {
  KeyId: text,
  KeySpec: text,
  NumberOfBytes: integer,
  EncryptionContext: context,
  DryRun: boolean,
};

/** Everything that is done with symmetric keys. */
export const encryption: Readonly<Record<string, Operation>> = {
  GenerateDataKey: operation(dataKeyShape, generateDataKey),

  GenerateDataKeyWithoutPlaintext: operation(dataKeyShape, (call, input) => {
    const { Plaintext: _, ...answer } = generateDataKey(call, input);
    return answer;
  }),

  GenerateRandom: operation({ NumberOfBytes: integer }, (call, { NumberOfBytes = 0 }) => {
    const length = within(NumberOfBytes, 1024, `Value '${NumberOfBytes}' at 'numberOfBytes'`, "value");
    allowInAccount(call);
    return { Plaintext: randomBytes(length) };
  }),

  Encrypt: operation(
    { KeyId: text, Plaintext: bytes, EncryptionContext: context, EncryptionAlgorithm: text, DryRun: boolean },
    (call, { KeyId, Plaintext, EncryptionContext, EncryptionAlgorithm = symmetric, DryRun }) => {
      const plaintext = checkedBytes(Plaintext, "plaintext", 4096);
      onlyAlgorithm(EncryptionAlgorithm, "encryptionAlgorithm", symmetric);
      const key = namedKey(call, KeyId, { context: EncryptionContext, conditions: algorithm });
      const backing = currentBacking(usableMaterial(call, key, symmetric));
      const CiphertextBlob = wrap(backing, plaintext, contextAad(EncryptionContext));
      return unlessDryRun(DryRun, { KeyId: key.arn, CiphertextBlob, EncryptionAlgorithm });
    },
  ),

  Decrypt: operation(
    { KeyId: text, CiphertextBlob: bytes, EncryptionContext: context, EncryptionAlgorithm: text, DryRun: boolean },
    decrypt,
  ),

  ReEncrypt: operation(
    {
      CiphertextBlob: bytes,
      SourceKeyId: text,
      SourceEncryptionContext: context,
      SourceEncryptionAlgorithm: text,
      DestinationKeyId: text,
      DestinationEncryptionContext: context,
      DestinationEncryptionAlgorithm: text,
      DryRun: boolean,
    },
    (call, input) => {
      const blob = checkedBytes(input.CiphertextBlob, "ciphertextBlob", 6144);
      onlyAlgorithm(input.SourceEncryptionAlgorithm ?? symmetric, "sourceEncryptionAlgorithm", symmetric);
      onlyAlgorithm(input.DestinationEncryptionAlgorithm ?? symmetric, "destinationEncryptionAlgorithm", symmetric);
      const { SourceKeyId, SourceEncryptionContext, DestinationEncryptionContext } = input;
      const source = read(call, blob, SourceKeyId, SourceEncryptionContext, "ReEncryptFrom");
      const destination = findKey(call.ring, call.region, input.DestinationKeyId);
      const key = namedKey(call, input.DestinationKeyId, {
        action: "ReEncryptTo",
        context: DestinationEncryptionContext,
        conditions: { ...algorithm, "kms:ReEncryptOnSameKey": String(source.key.arn === destination.arn) },
      });
      const backing = currentBacking(usableMaterial(call, key, symmetric));
      return unlessDryRun(input.DryRun, {
        CiphertextBlob: wrap(backing, source.plaintext, contextAad(DestinationEncryptionContext)),
        SourceKeyId: source.key.arn,
        KeyId: key.arn,
        SourceEncryptionAlgorithm: symmetric,
        DestinationEncryptionAlgorithm: symmetric,
        SourceKeyMaterialId: source.id,
        DestinationKeyMaterialId: materialId(backing),
      });
    },
  ),
};

/** Opens a blob: with the key it names, which must be the one the request names, if it names one. */
function read(
  call: Call,
  blob: Uint8Array,
  name: string | undefined,
  given: KmsContext | undefined,
  action: string,
): { readonly key: KmsKey; readonly plaintext: Buffer; readonly id: string } {
  const use = { action, context: given, conditions: algorithm };
  const named = name === undefined ? undefined : namedKey(call, name, use);
  const key = keyNamedByBlob(call, blob, named);
  if (named === undefined) allowedKey(call, key, { ...use, byCiphertext: true });
  const material = usableMaterial(call, key, symmetric);
  const backing = generationOf(material, blob);
  const plaintext = backing && unwrap(backing, blob, contextAad(given));
  if (backing === undefined || plaintext === undefined) throw new KmsError("InvalidCiphertextException");
  return { key, plaintext, id: materialId(backing) };
}

function keyNamedByBlob(call: Call, blob: Uint8Array, named: KmsKey | undefined): KmsKey {
  // A key that cannot decrypt says so, whatever the blob is.
  if (named !== undefined) usableMaterial(call, named, symmetric);
  const fingerprint = blobFingerprint(blob);
  if (fingerprint === undefined) throw new KmsError("InvalidCiphertextException");
  const key = keyOfBlob(call.ring, call.region, fingerprint);
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

function generationOf(
  { generations }: SymmetricMaterial,
  blob: Uint8Array,
): SymmetricMaterial["generations"][0] | undefined {
  return generations.find(({ generation }) => generation === blobGeneration(blob));
}

/**
 * One text per context, whatever the order of its pairs. JSON keeps every string apart, lone surrogates too.
 * Assumed: empty-context.
 */
function contextAad(given: KmsContext = {}): string {
  return JSON.stringify(Object.entries(given).sort(([one], [other]) => (one < other ? -1 : 1)));
}
