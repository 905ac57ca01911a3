import { createPrivateKey, createSecretKey } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { localAgreementKey } from "../../crypto/agreement.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { DataKey, EncryptionContext } from "../../crypto/data-key.ts";
import { type DirectContext, directContext } from "../../crypto/direct-context.ts";
import type { Binding, ExpectedBinding, IatWindow, Place } from "../../crypto/envelope-binding.ts";
import type { SealMode } from "../../crypto/envelope-size.ts";
import { openAsymmetric } from "../../crypto/open-asymmetric.ts";
import { openDirect } from "../../crypto/open-direct.ts";
import { openEnvelope } from "../../crypto/open-envelope.ts";
import type { Json } from "../../crypto/strict-json.ts";

/** What a reader is given of its token and its configuration. */
type Reader = {
  readonly token: Omit<Binding, "place">;
  readonly bindClient?: boolean;
  readonly iatWindow?: IatWindow;
  readonly context?: EncryptionContext;
  readonly dataKey?: number;
  readonly place?: Place;
  readonly keys?: readonly number[];
};

export type OpenVector = Reader & {
  readonly name: string;
  readonly contentKey?: string;
  readonly key?: number;
  readonly ephemeral?: string;
  readonly iv?: string;
  readonly padTo: number | null;
  readonly sealed: Omit<Binding, "place">;
  readonly claims: { readonly [name: string]: Json };
  readonly value: string;
};

export type RefuseVector = Reader & {
  readonly name: string;
  readonly changed?: string;
  readonly code: "SEALED_MALFORMED" | "SEALED_INTEGRITY" | "SEALED_BINDING";
  readonly value: string;
};

export type VectorFile<T> = {
  readonly file: string;
  readonly mode: SealMode;
  readonly vectors: readonly T[];
  readonly dataKeys?: readonly {
    readonly wrapped: string;
    readonly key: string;
    readonly context: EncryptionContext;
  }[];
  readonly keys?: readonly { readonly kid: string; readonly jwk: { readonly [member: string]: string } }[];
  readonly ciphertexts?: readonly {
    readonly blob: string;
    readonly context: DirectContext;
    readonly plaintext: string;
  }[];
};

/** Reads the files of `vectors/v1/` whose names end so. */
export function readVectors<T>(ending: "open.json" | "refuse.json", folder: string = "vectors/v1"): VectorFile<T>[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(ending));
  return files.toSorted().map((file) => ({ file, ...JSON.parse(readFileSync(`${folder}/${file}`, "utf8")) }));
}

/** Bytes of a vector. */
export const bytes = (text: string): Buffer => Buffer.from(text, "base64url");

/** A data key of a vector file, ready to seal with. */
export function dataKeyOf({ dataKeys }: VectorFile<unknown>, index: number): DataKey & { context: EncryptionContext } {
  const { key, wrapped, context } = dataKeys![index]!;
  return { key: createSecretKey(bytes(key)), wrapped: bytes(wrapped), context };
}

/**
 * Opens a vector as a reader in its file's mode does.
 *
 * @param asked Is told of every question to KMS or a private key.
 */
export function openVector(
  file: VectorFile<unknown>,
  { value, token, bindClient, iatWindow, place, ...reader }: Reader & { readonly value: string },
  asked: () => void = () => {},
): Promise<ReadonlyMap<string, Json>> {
  const expected: ExpectedBinding = { ...token, ...(bindClient && { bindClient }) };
  if (file.mode === "asymmetric") {
    const keys = reader.keys!.map((index) => {
      const { keyId, agree } = localAgreementKey(createPrivateKey({ key: file.keys![index]!.jwk, format: "jwk" }));
      return {
        keyId,
        agree: (ephemeral: Parameters<typeof agree>[0]) => {
          asked();
          return agree(ephemeral);
        },
      };
    });
    return openAsymmetric(value, { ...expected, place: place! }, keys, iatWindow);
  }
  const context = reader.context ?? dataKeyOf(file, reader.dataKey!).context;
  if (file.mode === "direct") {
    return openDirect(
      value,
      expected,
      async (blob) => decrypt(file, asked, directContext(context, token.sub), blob),
      iatWindow,
    );
  }
  return openEnvelope(value, expected, async (wrapped) => unwrap(file, asked, context, wrapped), iatWindow);
}

/** KMS as a vector file describes it: a blob opens under the context it was made under, and under no other. */
function unwrap(
  { dataKeys }: VectorFile<unknown>,
  asked: () => void,
  context: EncryptionContext,
  wrapped: Uint8Array,
): ReturnType<typeof createSecretKey> {
  asked();
  const found = dataKeys!.find(
    (each) => bytes(each.wrapped).equals(wrapped) && isDeepStrictEqual(each.context, context),
  );
  if (!found) throw new CryptoError("SEALED_INTEGRITY", "the blob is not of this context");
  return createSecretKey(bytes(found.key));
}

function decrypt(
  { ciphertexts }: VectorFile<unknown>,
  asked: () => void,
  context: DirectContext,
  blob: Uint8Array,
): Uint8Array {
  asked();
  const found = ciphertexts!.find((each) => bytes(each.blob).equals(blob) && isDeepStrictEqual(each.context, context));
  if (!found) throw new CryptoError("SEALED_INTEGRITY", "the blob is not of this context");
  return bytes(found.plaintext);
}
