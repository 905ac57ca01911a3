import { KmsError } from "./error.ts";
import type { KmsContext } from "./members.ts";

export type GenerateDataKeyInput = {
  readonly KeyId?: string | undefined;
  readonly KeySpec?: string | undefined;
  readonly NumberOfBytes?: number | undefined;
  readonly EncryptionContext?: KmsContext | undefined;
  readonly DryRun?: boolean | undefined;
};

export type DecryptInput = {
  readonly KeyId?: string | undefined;
  readonly CiphertextBlob?: Uint8Array | undefined;
  readonly EncryptionContext?: KmsContext | undefined;
  readonly EncryptionAlgorithm?: string | undefined;
  readonly DryRun?: boolean | undefined;
};

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
 * Bytes of a request, if there are as many of them as KMS takes.
 *
 * @throws {KmsError} `ValidationException`.
 */
export function checkedBytes(value: Uint8Array | undefined, name: string, most: number): Uint8Array {
  if (value === undefined) throw invalid(`Value null at '${name}'`, "Member must not be null");
  within(value.length, most, `Value at '${name}'`, "length");
  return value;
}

/**
 * Refuses an algorithm other than the one that is emulated.
 *
 * @throws {KmsError} `ValidationException`.
 */
export function onlyAlgorithm(given: string, name: string, emulated: string): void {
  if (given !== emulated) throw invalid(`Value '${given}' at '${name}'`, `only ${emulated} is emulated`);
}

/** A `ValidationException` in AWS's words. */
export function invalid(what: string, constraint: string): KmsError {
  const text = `1 validation error detected: ${what} failed to satisfy constraint: ${constraint}`;
  return new KmsError("ValidationException", text);
}

/**
 * A number within what KMS takes.
 *
 * @throws {KmsError} `ValidationException`.
 */
export function within(
  size: number,
  most: number,
  what: string,
  measure: "value" | "length",
  least: number = 1,
): number {
  if (size < least) throw invalid(what, `Member must have ${measure} greater than or equal to ${least}`);
  if (size > most) throw invalid(what, `Member must have ${measure} less than or equal to ${most}`);
  return size;
}
