import { createHash, createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import type { Plan, PlanSeal } from "../claims/plan.ts";
import { localAgreementKey } from "../crypto/agreement.ts";
import { CryptoError } from "../crypto/crypto-error.ts";
import type { EncryptionContext } from "../crypto/data-key.ts";
import { directContext } from "../crypto/direct-context.ts";
import { encryptionContext } from "../crypto/encryption-context.ts";
import { WRAPPED_KEY_BYTES } from "../crypto/envelope-form.ts";
import { openAsymmetric } from "../crypto/open-asymmetric.ts";
import { openDirect } from "../crypto/open-direct.ts";
import { openEnvelope } from "../crypto/open-envelope.ts";
import { pseudonymizer } from "../crypto/pseudonym.ts";
import type { Json } from "../crypto/strict-json.ts";
import type { SealPorts } from "../resource-server/unseal.ts";
import type { LoadPseudonyms } from "../triggers/pseudonyms.ts";
import type { SealingPorts } from "../triggers/seal.ts";
import { newBackingKey, unwrap, wrap } from "./kms/blob.ts";

/** Keys of every mode without a KMS: made here, known here, gone with what holds them. */
export type KeysInMemory = {
  readonly ports: SealingPorts;
  /** What an opener asks of KMS, and the private key of readers that hold their own. */
  readonly reading: SealPorts;
  readonly readersKey: KeyObject;
  /**
   * Opens an envelope as its resource server would, from configuration and what a verified token says. Rejects with a
   * `CryptoError`, as KMS would have it where the envelope is another server's or pool's.
   */
  readonly open: (value: string, server: SealedServer, token: TokenFacts) => Promise<ReadonlyMap<string, Json>>;
};

type SealedServer = { readonly identifier: string; readonly seal: Pick<PlanSeal, "mode" | "bindClient"> };

type TokenFacts = {
  readonly sub: string;
  readonly iat: number;
  readonly clientId: string;
  readonly poolId: string;
};

export function keysInMemory(): KeysInMemory {
  const dataKeys = new Map<string, KeyObject>();
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const kmsKey = newBackingKey();
  const name = (wrapped: Uint8Array, context: EncryptionContext): string =>
    JSON.stringify([Buffer.from(wrapped).toString("hex"), context]);
  const readersKey = localAgreementKey(pair.privateKey);
  const reading: SealPorts = {
    unwrap: async (_key, context, wrapped) => opened(dataKeys.get(name(wrapped, context))),
    agree: async (_key, ephemeral) => readersKey.agree(ephemeral),
    decrypt: async (_key, context, blob) => opened(unwrap(kmsKey, blob, JSON.stringify(context))),
  };
  const never = new AbortController().signal;
  return {
    reading,
    readersKey: pair.privateKey,
    ports: {
      takeDataKey: async (_seal, context) => {
        const wrapped = randomBytes(WRAPPED_KEY_BYTES);
        const key = createSecretKey(randomBytes(32));
        dataKeys.set(name(wrapped, context), key);
        return { key, wrapped };
      },
      // Not the one a map pins: nobody here has its other half.
      takePublicKey: async () => pair.publicKey,
      encrypt: async (_seal, context, plaintext) => wrap(kmsKey, plaintext, JSON.stringify(context)),
    },
    open: async (value, { identifier, seal }, { sub, iat, clientId, poolId }) => {
      const context = encryptionContext(identifier, poolId);
      const token = { sub, iat, clientId, bindClient: seal.bindClient ?? false };
      switch (seal.mode) {
        case "envelope":
          return openEnvelope(value, token, (wrapped) => reading.unwrap("", context, wrapped, never));
        case "asymmetric":
          return openAsymmetric(value, { ...token, place: { audience: identifier, poolId } }, [readersKey]);
        case "direct":
          return openDirect(value, token, (blob) => reading.decrypt("", directContext(context, sub), blob, never));
      }
    },
  };
}

function opened<T>(inside: T | undefined): T {
  if (inside !== undefined) return inside;
  throw new CryptoError("SEALED_INTEGRITY", "it was sealed for another context");
}

/** Always the same, so that a pseudonym of one run is that of the next; of no deployed map, whose root only KMS knows. */
const ROOT: KeyObject = createSecretKey(createHash("sha256").update("claimseal/pseudonyms without KMS").digest());

/** Pseudonyms of a plan that names a key for them, under a root that everybody knows. */
export function pseudonymsInMemory({ pseudonyms }: Plan): LoadPseudonyms {
  return async (poolId) => (pseudonyms === undefined ? null : pseudonymizer(ROOT, poolId));
}
