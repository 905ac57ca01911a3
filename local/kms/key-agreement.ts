import { createPublicKey, diffieHellman, type KeyObject } from "node:crypto";
import { KmsError } from "./error.ts";
import { checkedBytes, onlyAlgorithm } from "./input.ts";
import { materialOf } from "./key-material.ts";
import { usageOf } from "./material.ts";
import { boolean, bytes, text } from "./members.ts";
import { namedKey, type Operation, operation, unlessDryRun, usableMaterial } from "./operation.ts";

const curve = "ECC_NIST_P256";

/** A P-256 public key as SubjectPublicKeyInfo (RFC 5480): this, then two coordinates. Assumed: public-key-form. */
const spkiLead = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex");

/** What is done with elliptic-curve keys: only to agree on a secret, as the envelope's asymmetric mode does. */
export const keyAgreement: Readonly<Record<string, Operation>> = {
  GetPublicKey: operation({ KeyId: text }, (call, { KeyId }) => {
    const key = namedKey(call, KeyId);
    const isPublic = materialOf(call.ring, key)?.spec === curve;
    if (!isPublic) throw new KmsError("UnsupportedOperationException");
    const { publicKey } = usableMaterial(call, key, curve);
    return {
      KeyId: key.arn,
      PublicKey: publicKey.export({ type: "spki", format: "der" }),
      CustomerMasterKeySpec: curve,
      KeySpec: curve,
      KeyUsage: usageOf[curve],
      KeyAgreementAlgorithms: ["ECDH"],
    };
  }),

  DeriveSharedSecret: operation(
    { KeyId: text, KeyAgreementAlgorithm: text, PublicKey: bytes, DryRun: boolean },
    (call, { KeyId, KeyAgreementAlgorithm = "", PublicKey, DryRun }) => {
      onlyAlgorithm(KeyAgreementAlgorithm, "keyAgreementAlgorithm", "ECDH");
      const theirs = checkedBytes(PublicKey, "publicKey", 8192);
      const key = namedKey(call, KeyId, { conditions: { "kms:KeyAgreementAlgorithm": "ECDH" } });
      const { privateKey } = usableMaterial(call, key, curve);
      return unlessDryRun(DryRun, {
        KeyId: key.arn,
        SharedSecret: diffieHellman({ privateKey, publicKey: pointOnCurve(theirs) }),
        KeyAgreementAlgorithm: "ECDH",
        KeyOrigin: "AWS_KMS",
      });
    },
  ),
};

function pointOnCurve(spki: Uint8Array): KeyObject {
  const bytesOf = Buffer.from(spki);
  if (bytesOf.length !== spkiLead.length + 64 || !bytesOf.subarray(0, spkiLead.length).equals(spkiLead))
    throw notOnCurve();
  try {
    return createPublicKey({ key: bytesOf, format: "der", type: "spki" });
  } catch {
    throw notOnCurve();
  }
}

/** Assumed: public-key-refusal. */
function notOnCurve(): KmsError {
  return new KmsError("ValidationException", "The public key is not a point on the curve of the KMS key.");
}
