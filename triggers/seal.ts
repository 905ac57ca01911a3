import type { PlanResourceServer, PlanSeal } from "../claims/plan.ts";
import type { ResolvedEnvelope } from "../claims/resolve/resolved-claims.ts";
import type { Subject } from "../cognito/subject.ts";
import type { LoadPublicKey } from "../crypto/agreement.ts";
import type { DataKey, EncryptionContext } from "../crypto/data-key.ts";
import { type DirectContext, directContext } from "../crypto/direct-context.ts";
import { encryptionContext } from "../crypto/encryption-context.ts";
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
): Promise<string> {
  const context = encryptionContext(identifier, poolId);
  // After whatever is waited for, so that a slow answer does not age what it belongs to.
  const binding = () => ({ sub, iat: Math.floor(now() / 1000), ...(under.bindClient && { clientId }) });
  switch (under.mode) {
    case "envelope": {
      const dataKey = await takeDataKey(under, context, signal);
      return sealEnvelope(claims, binding(), dataKey, padTo);
    }
    case "asymmetric": {
      const publicKey = await takePublicKey(under, context, signal);
      return sealAsymmetric(claims, { ...binding(), place: { audience: identifier, poolId } }, publicKey, padTo);
    }
    case "direct": {
      const encryptThis = (plaintext: Uint8Array) => encrypt(under, directContext(context, sub), plaintext, signal);
      return sealDirect(claims, binding(), encryptThis, padTo);
    }
  }
}
