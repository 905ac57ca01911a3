import { KmsError } from "./error.ts";

/** An encryption context as it comes in: names and values, compared exactly and in any order. */
export type KmsContext = Readonly<Record<string, string>>;

export type GenerateDataKeyInput = {
  readonly KeyId?: string | undefined;
  readonly KeySpec?: string | undefined;
  readonly NumberOfBytes?: number | undefined;
  readonly EncryptionContext?: KmsContext | undefined;
};

export type DecryptInput = {
  readonly KeyId?: string | undefined;
  readonly CiphertextBlob?: Uint8Array | undefined;
  readonly EncryptionContext?: KmsContext | undefined;
  readonly EncryptionAlgorithm?: string | undefined;
};

export type DescribeKeyInput = { readonly KeyId?: string | undefined };

/**
 * How many bytes of key a request asks for: by `KeySpec` or by `NumberOfBytes`, never both.
 *
 * @throws {KmsError} `ValidationException`.
 */
export function dataKeyLength({ KeySpec, NumberOfBytes }: GenerateDataKeyInput): number {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw new KmsError("ValidationException", "Please specify either number of bytes or key spec.");
  }
  if (KeySpec === "AES_256") return 32;
  if (KeySpec === "AES_128") return 16;
  if (NumberOfBytes === undefined) {
    throw invalid(`Value '${KeySpec}' at 'keySpec'`, "Member must satisfy enum value set: [AES_256, AES_128]");
  }
  return within(NumberOfBytes, 1024, `Value '${NumberOfBytes}' at 'numberOfBytes'`, "value");
}

/**
 * The blob of a Decrypt request, if it has one that KMS would look at.
 *
 * @throws {KmsError} `ValidationException`.
 */
export function checkedBlob({ CiphertextBlob, EncryptionAlgorithm = "SYMMETRIC_DEFAULT" }: DecryptInput): Uint8Array {
  if (CiphertextBlob === undefined) throw invalid("Value null at 'ciphertextBlob'", "Member must not be null");
  within(CiphertextBlob.length, 6144, "Value at 'ciphertextBlob'", "length");
  if (EncryptionAlgorithm !== "SYMMETRIC_DEFAULT") {
    throw invalid(`Value '${EncryptionAlgorithm}' at 'encryptionAlgorithm'`, "only SYMMETRIC_DEFAULT is emulated");
  }
  return CiphertextBlob;
}

/** A `ValidationException` in AWS's words. */
export function invalid(what: string, constraint: string): KmsError {
  const text = `1 validation error detected: ${what} failed to satisfy constraint: ${constraint}`;
  return new KmsError("ValidationException", text);
}

function within(size: number, most: number, what: string, measure: "value" | "length"): number {
  if (size < 1) throw invalid(what, `Member must have ${measure} greater than or equal to 1`);
  if (size > most) throw invalid(what, `Member must have ${measure} less than or equal to ${most}`);
  return size;
}
