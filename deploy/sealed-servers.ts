import type { Plan, PlanResourceServer, PlanSeal } from "../claims/plan.ts";
import { isPublicKey } from "../claims/public-key.ts";

/** A resource server that is sealed for. */
export type SealedServer = PlanResourceServer & { readonly seal: PlanSeal };

/** Resource servers that are sealed for with a key of KMS. One whose readers hold their own has none to say more about. */
export function sealedServers(plan: Plan): readonly (readonly [name: string, server: SealedServer])[] {
  return Object.entries(plan.resourceServers).flatMap(([name, { seal, ...server }]) =>
    seal && !isPublicKey(seal.key) ? [[name, { ...server, seal }] as const] : [],
  );
}

/** The one thing the trigger does with a key, and its name in a statement's id; null for a public key that is pinned. */
export function issuing({ mode, publicKey }: PlanSeal): { readonly action: string; readonly does: string } | null {
  switch (mode) {
    case "envelope":
      return { action: "kms:GenerateDataKey", does: "MakeDataKeys" };
    case "direct":
      return { action: "kms:Encrypt", does: "Encrypt" };
    case "asymmetric":
      return publicKey === undefined ? { action: "kms:GetPublicKey", does: "ReadPublicKey" } : null;
  }
}

/** The one thing a reader does with a key. */
export function opening({ mode }: PlanSeal): "kms:Decrypt" | "kms:DeriveSharedSecret" {
  return mode === "asymmetric" ? "kms:DeriveSharedSecret" : "kms:Decrypt";
}

/**
 * What an opening must say. KMS binds a ciphertext to its context; an agreement has none, and the audience stands inside
 * the envelope instead.
 */
export function openingCondition({ identifier, seal }: SealedServer): { readonly [key: string]: string } {
  return seal.mode === "asymmetric"
    ? { "kms:KeyAgreementAlgorithm": "ECDH" }
    : { "kms:EncryptionContext:claimseal:aud": identifier };
}
