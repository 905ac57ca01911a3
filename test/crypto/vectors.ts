import { createSecretKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { DataKey, EncryptionContext, UnwrapKey } from "../../crypto/data-key.ts";
import type { Binding } from "../../crypto/envelope-binding.ts";
import type { Json } from "../../crypto/strict-json.ts";

export type OpenVector = {
  readonly name: string;
  readonly dataKey: number;
  readonly contentKey: string;
  readonly iv: string;
  readonly padTo: number | null;
  readonly sealed: Binding;
  readonly claims: { readonly [name: string]: Json };
  readonly token: Binding;
  readonly value: string;
};

export type RefuseVector = {
  readonly name: string;
  readonly code: "SEALED_MALFORMED" | "SEALED_INTEGRITY" | "SEALED_BINDING";
  readonly context: EncryptionContext;
  readonly token: Binding;
  readonly value: string;
};

type VectorFile<T> = {
  readonly dataKeys: readonly { readonly wrapped: string; readonly key: string; readonly context: EncryptionContext }[];
  readonly vectors: readonly T[];
};

/** Reads one of `vectors/v1/`. */
export function readVectors<T>(file: string, folder: string = "vectors/v1"): VectorFile<T> {
  return JSON.parse(readFileSync(`${folder}/${file}`, "utf8")) as VectorFile<T>;
}

/** Bytes of a vector. */
export const bytes = (text: string): Buffer => Buffer.from(text, "base64url");

/** A data key of a vector file, ready to seal with. */
export function dataKeyOf({ dataKeys }: VectorFile<unknown>, index: number): DataKey & { context: EncryptionContext } {
  const { key, wrapped, context } = dataKeys[index]!;
  return { key: createSecretKey(bytes(key)), wrapped: bytes(wrapped), context };
}

/** KMS as a vector file describes it: a blob unwraps under the context it was made under, and under no other. */
export function unwrapVectors({ dataKeys }: VectorFile<unknown>): UnwrapKey {
  return async (_, context, wrapped): Promise<KeyObject> => {
    const found = dataKeys.find(
      (each) => bytes(each.wrapped).equals(wrapped) && JSON.stringify(each.context) === JSON.stringify(context),
    );
    if (!found) throw new CryptoError("SEALED_INTEGRITY", "no such blob under this context");
    return createSecretKey(bytes(found.key));
  };
}
