import type { KeyUse } from "./used-stores.ts";

type Actions = { readonly [use in KeyUse]: readonly string[] };

/** What it takes to open, or for pseudonyms to make one and compare. */
export const OPENING: Actions = {
  envelope: ["kms:Decrypt"],
  direct: ["kms:Decrypt"],
  asymmetric: ["kms:DeriveSharedSecret"],
  pseudonyms: ["kms:GenerateMac", "kms:VerifyMac"],
};

/** The one thing the trigger does with a key. */
export const ISSUING: { readonly [use in KeyUse]: string } = {
  envelope: "kms:GenerateDataKey",
  direct: "kms:Encrypt",
  asymmetric: "kms:GetPublicKey",
  pseudonyms: "kms:GenerateMac",
};

const SYMMETRIC: readonly string[] = ["kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:Encrypt"];

/** Ways to seal with a key. A public key is nobody's secret, and who may make MACs is said of opening. */
export const SEALING: Actions = { envelope: SYMMETRIC, direct: SYMMETRIC, asymmetric: [], pseudonyms: [] };

/** Ways to let others do what one may do. */
export const PASSING_ON: Actions = {
  envelope: ["kms:CreateGrant", "kms:ReEncryptFrom"],
  direct: ["kms:CreateGrant", "kms:ReEncryptFrom"],
  asymmetric: ["kms:CreateGrant"],
  pseudonyms: ["kms:CreateGrant"],
};
