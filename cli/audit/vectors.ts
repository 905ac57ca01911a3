import { createPrivateKey, createSecretKey } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { localAgreementKey } from "../../crypto/agreement.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { EncryptionContext } from "../../crypto/data-key.ts";
import { type DirectContext, directContext } from "../../crypto/direct-context.ts";
import type { ExpectedBinding, IatWindow, Place } from "../../crypto/envelope-binding.ts";
import type { SealMode } from "../../crypto/envelope-size.ts";
import { openAsymmetric } from "../../crypto/open-asymmetric.ts";
import { openDirect } from "../../crypto/open-direct.ts";
import { openEnvelope } from "../../crypto/open-envelope.ts";
import type { Json } from "../../crypto/strict-json.ts";
import { CliError, EXIT, type Io } from "../io.ts";

/** One envelope under fixed keys; with a `code` it must be refused, without one it opens to its claims. */
type Vector = {
  readonly value: string;
  readonly code?: string;
  readonly claims?: { readonly [name: string]: Json };
  readonly token: { readonly sub: string; readonly iat: number; readonly clientId?: string };
  readonly bindClient?: boolean;
  readonly iatWindow?: IatWindow;
  readonly context?: EncryptionContext;
  /** Its number among the file's, in place of a context. */
  readonly dataKey?: number;
  readonly place?: Place;
  readonly keys?: readonly number[];
};

/** A file of `vectors/`, with what stands for keys and KMS in it; its README describes the members. */
export type VectorFile = {
  readonly mode: SealMode;
  readonly vectors: readonly Vector[];
  readonly dataKeys?: readonly {
    readonly wrapped: string;
    readonly key: string;
    readonly context: EncryptionContext;
  }[];
  readonly keys?: readonly { readonly jwk: { readonly [member: string]: string } }[];
  readonly ciphertexts?: readonly {
    readonly blob: string;
    readonly context: DirectContext;
    readonly plaintext: string;
  }[];
};

/** The folder of the vectors; the same from `cli/audit/` and from `dist/cli/audit/`. */
const FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../vectors/v1" : "../../../vectors/v1", import.meta.url),
);

/** The first two are those of the first version. */
const FILES: readonly string[] = ["", "envelope-", "asymmetric-", "direct-"].flatMap((mode) =>
  ["open", "refuse"].map((ending) => `${mode}${ending}.json`),
);

/**
 * The frozen envelopes beside this program; null where they were not installed with it.
 *
 * @throws {CliError} exit 3 where some of them are missing or damaged: an audit must not pass for want of what it tries.
 */
export async function readVectors(io: Pick<Io, "readFile">): Promise<readonly VectorFile[] | null> {
  const texts = await Promise.all(FILES.map((file) => textOf(file, io)));
  if (texts.every((text) => text === null)) return null;
  return texts.map((text, index) => {
    try {
      if (text !== null) return JSON.parse(text) as VectorFile;
    } catch {
      // It says what of the text it stumbled over.
    }
    const problem = text === null ? "there is no such file, and there are others beside it" : "not valid JSON";
    throw new CliError(EXIT.environment, `vectors/v1/${FILES[index]}: ${problem}; install claimseal anew`);
  });
}

async function textOf(file: string, io: Pick<Io, "readFile">): Promise<string | null> {
  try {
    return await io.readFile(join(FOLDER, file));
  } catch {
    return null;
  }
}

/** Opens a vector as a reader in its file's mode does. Rejects with a `CryptoError`. */
export async function openVector(file: VectorFile, vector: Vector): Promise<ReadonlyMap<string, Json>> {
  const { value, token, bindClient, iatWindow, place, keys = [] } = vector;
  const expected: ExpectedBinding = { ...token, ...(bindClient && { bindClient }), ...(place && { place }) };
  const context = vector.context ?? file.dataKeys?.[vector.dataKey ?? 0]?.context;
  switch (file.mode) {
    case "envelope":
      return openEnvelope(
        value,
        expected,
        async (wrapped) =>
          createSecretKey(found(file.dataKeys, (each) => isOf(each.wrapped, wrapped, each, context)).key, "base64url"),
        iatWindow,
      );
    case "asymmetric": {
      const held = keys.map((each) =>
        localAgreementKey(createPrivateKey({ key: file.keys?.[each]?.jwk ?? {}, format: "jwk" })),
      );
      return openAsymmetric(value, { ...expected, place: place as Place }, held, iatWindow);
    }
    case "direct":
      return openDirect(
        value,
        expected,
        async (blob) => {
          const whole = context && directContext(context, token.sub);
          return Buffer.from(
            found(file.ciphertexts, (each) => isOf(each.blob, blob, each, whole)).plaintext,
            "base64url",
          );
        },
        iatWindow,
      );
  }
}

/** As KMS has it: bytes belong to the context they were made under, and to no other. */
function isOf(
  text: string,
  bytes: Uint8Array,
  made: { readonly context: EncryptionContext },
  context: EncryptionContext | undefined,
): boolean {
  return Buffer.from(text, "base64url").equals(bytes) && isDeepStrictEqual(made.context, context);
}

function found<T>(all: readonly T[] | undefined, isIt: (each: T) => boolean): T {
  const one = all?.find(isIt);
  if (one === undefined) throw new CryptoError("SEALED_INTEGRITY", "it is not of this context");
  return one;
}
