import type { PlanResourceServer, PlanSeal } from "../claims/plan.ts";
import type { ResolvedEnvelope } from "../claims/resolve/resolved-claims.ts";
import type { Subject } from "../cognito/subject.ts";
import type { LoadPublicKey } from "../crypto/agreement.ts";
import type { DataKey, EncryptionContext } from "../crypto/data-key.ts";
import { type DirectContext, directContext } from "../crypto/direct-context.ts";
import { encryptionContext } from "../crypto/encryption-context.ts";
import { KEY_ID_CHARACTERS, keyIdOf } from "../crypto/p256.ts";
import { sealAsymmetric } from "../crypto/seal-asymmetric.ts";
import { sealDirect } from "../crypto/seal-direct.ts";
import { sealEnvelope } from "../crypto/seal-envelope.ts";

/** Finds a data key for one resource server's KMS key, under a context. Rejects with a `CryptoError`. */
export type TakeDataKey = (
  seal: Pick<PlanSeal, "key" | "region" | "dataKey">,
  context: EncryptionContext,
  signal: AbortSignal,
) => Promise<DataKey>;

/** Finds the public key of one resource server's readers; what the context says is theirs to check. Rejects likewise. */
export type TakePublicKey = (
  seal: Pick<PlanSeal, "key" | "region" | "publicKey">,
  context: EncryptionContext,
  signal: AbortSignal,
) => ReturnType<LoadPublicKey>;

/** Encrypts by KMS itself, with one resource server's key, under a context. Rejects with a `CryptoError`. */
export type EncryptUnder = (
  seal: Pick<PlanSeal, "key" | "region">,
  context: DirectContext,
  plaintext: Uint8Array,
  signal: AbortSignal,
) => Promise<Uint8Array>;

/** What each mode needs from outside. */
export type SealingPorts = {
  readonly takeDataKey: TakeDataKey;
  readonly takePublicKey: TakePublicKey;
  readonly encrypt: EncryptUnder;
};

/** What sealing needs besides the claims. */
export type Sealing = SealingPorts & {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
};

/** An envelope as it goes into a token. */
export type SealedEnvelope = {
  readonly value: string;
  /** The first characters of the id of the key it is sealed under; a public key goes by its `kid`. */
  readonly keyId8: string;
  /** How old the data key is, in milliseconds; null where there is none, or none of known age. */
  readonly keyAgeMs: number | null;
};

/**
 * Seals one envelope in the mode its resource server is configured for: the value of its claim.
 *
 * The context and whatever binds are made of the event and the plan, never of what is sealed. Rejects with a
 * `CryptoError`.
 */
export async function seal(
  { identifier }: Pick<PlanResourceServer, "identifier">,
  { sub, poolId, clientId }: Pick<Subject, "sub" | "poolId" | "clientId">,
  { seal: under, claims, padTo }: Pick<ResolvedEnvelope, "seal" | "claims" | "padTo">,
  { takeDataKey, takePublicKey, encrypt, now, signal }: Sealing,
): Promise<SealedEnvelope> {
  const context = encryptionContext(identifier, poolId);
  // After whatever is waited for, so that a slow answer does not age what it belongs to.
  const binding = () => ({ sub, iat: Math.floor(now() / 1000), ...(under.bindClient && { clientId }) });
  switch (under.mode) {
    case "envelope": {
      const dataKey = await takeDataKey(under, context, signal);
      const value = sealEnvelope(claims, binding(), dataKey, padTo);
      return { value, keyId8: keyId8(under), keyAgeMs: dataKey.ageMs ?? null };
    }
    case "asymmetric": {
      const publicKey = await takePublicKey(under, context, signal);
      const place = { audience: identifier, poolId };
      const value = sealAsymmetric(claims, { ...binding(), place }, publicKey, padTo);
      return { value, keyId8: keyIdOf(publicKey), keyAgeMs: null };
    }
    case "direct": {
      const encryptThis = (plaintext: Uint8Array) => encrypt(under, directContext(context, sub), plaintext, signal);
      const value = await sealDirect(claims, binding(), encryptThis, padTo);
      return { value, keyId8: keyId8(under), keyAgeMs: null };
    }
  }
}

/** Of a key's ARN, what comes after its region and account. */
function keyId8({ key }: Pick<PlanSeal, "key">): string {
  return key.slice(key.lastIndexOf("/") + 1).slice(0, KEY_ID_CHARACTERS);
}
