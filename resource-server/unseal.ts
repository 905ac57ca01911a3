import type { KeyObject } from "node:crypto";
import { type AgreementKey, type AgreeOnKey, localAgreementKey } from "../crypto/agreement.ts";
import { CryptoError } from "../crypto/crypto-error.ts";
import type { EncryptionContext, UnwrapKey } from "../crypto/data-key.ts";
import { type DecryptByKms, directContext } from "../crypto/direct-context.ts";
import { encryptionContext } from "../crypto/encryption-context.ts";
import type { ExpectedBinding } from "../crypto/envelope-binding.ts";
import { openAsymmetric } from "../crypto/open-asymmetric.ts";
import { openDirect } from "../crypto/open-direct.ts";
import { openEnvelope } from "../crypto/open-envelope.ts";
import { readPublicKey, spkiOf } from "../crypto/p256.ts";
import type { Json } from "../crypto/strict-json.ts";
import { unwrapCache, type Within } from "../crypto/unwrap-cache.ts";
import { unwrapWithOneOf } from "../crypto/unwrap-with-one-of.ts";
import type { SpendKmsCall } from "./kms-budget.ts";
import type { SealConfig } from "./seal-options.ts";
import type { VerifiedToken } from "./verify-access-token.ts";

/** What is asked of KMS, one port per mode. */
export type SealPorts = {
  readonly unwrap: UnwrapKey;
  readonly agree: AgreeOnKey;
  readonly decrypt: DecryptByKms;
};

/**
 * Opens the envelope of a verified token. Rejects with a `CryptoError`.
 *
 * @param within Asked only where KMS is: most openings wait for nobody, and a timer of their own is most of what they cost.
 */
export type Unseal = (
  value: string,
  token: VerifiedToken,
  userPoolId: string,
  within: () => AbortSignal,
) => Promise<ReadonlyMap<string, Json>>;

/**
 * Opens envelopes in the one mode a service is configured for. Context, place and keys come from configuration and from
 * verified values, never from the envelope; keys are held as long as the cache allows, plaintexts not at all.
 */
export function unsealer(identifier: string, seal: SealConfig, ports: SealPorts, spend: SpendKmsCall): Unseal {
  const { bindClient, iatWindow } = seal;
  const binding = ({ sub, iat, client_id: clientId }: VerifiedToken): ExpectedBinding => ({
    sub,
    iat,
    bindClient,
    ...(typeof clientId === "string" && { clientId }),
  });
  switch (seal.mode) {
    case "envelope": {
      const unwrap = unwrapCache(unwrapWithOneOf(budgeted(spend, ports.unwrap)));
      return (value, token, userPoolId, within) => {
        const context = encryptionContext(identifier, userPoolId);
        return openEnvelope(value, binding(token), (wrapped) => unwrap(seal.keys, context, wrapped, within), iatWindow);
      };
    }
    case "asymmetric": {
      const agreement = agreementKeys(seal.keys, budgeted(spend, ports.agree));
      return (value, token, userPoolId, within) => {
        const expected = { ...binding(token), place: { audience: identifier, poolId: userPoolId } };
        return openAsymmetric(value, expected, agreement(encryptionContext(identifier, userPoolId), within), iatWindow);
      };
    }
    case "direct": {
      const decrypt = unwrapWithOneOf(budgeted(spend, ports.decrypt));
      return (value, token, userPoolId, within) => {
        const context = directContext(encryptionContext(identifier, userPoolId), token.sub);
        return openDirect(value, binding(token), (blob) => decrypt(seal.keys, context, blob, within()), iatWindow);
      };
    }
  }
}

/** The same port, each call of which is paid for. */
function budgeted<Call extends readonly unknown[], Result>(
  spend: SpendKmsCall,
  port: (...call: Call) => Promise<Result>,
): (...call: Call) => Promise<Result> {
  return async (...call) => {
    spend();
    return port(...call);
  };
}

/**
 * The keys of mode `asymmetric`, KMS's behind the same cache as data keys: one agreement per envelope, not per opening.
 * Their id is not known without one more permission, so each is tried; a local key's is.
 */
function agreementKeys(
  keys: readonly (string | KeyObject)[],
  agree: AgreeOnKey,
): (context: EncryptionContext, within: Within) => readonly AgreementKey[] {
  const shared = unwrapCache(([keyArn = ""], _context, spki, signal) => {
    const ephemeral = readPublicKey(spki);
    if (ephemeral === null) throw new CryptoError("SEALED_MALFORMED", "the ephemeral key is not a point of P-256");
    return agree(keyArn, ephemeral, signal);
  });
  const local = new Map(
    keys.flatMap((key) => (typeof key === "string" ? [] : [[key, localAgreementKey(key)] as const])),
  );
  return (context, within) =>
    keys.flatMap((key) => {
      if (typeof key !== "string") return local.get(key) ?? [];
      return { keyId: null, agree: (ephemeral) => shared([key], context, spkiOf(ephemeral), within) };
    });
}
