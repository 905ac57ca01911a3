import type { Assumption } from "../../cognito/assumptions.ts";

/**
 * What the embedded KMS, its identities and its policies take for granted where AWS's documentation is silent or only
 * implies it. None of it was tried on AWS.
 */
export const KMS_ASSUMPTIONS: readonly Assumption[] = [
  {
    id: "aliases-settle-at-once",
    assumption: "An alias leads to its new key at once, also where other changes take a while.",
    consequence: "AWS may use the former key for some seconds. Nothing deployed goes by an alias.",
  },
  {
    id: "blob-generation",
    assumption: "The byte behind the key's name in a blob says which generation of its material made it.",
    consequence: "None outside: nothing but KMS reads it.",
  },
  {
    id: "condition-names-fold",
    assumption:
      "Context pairs whose names differ by case alone are values of one kms:EncryptionContext: condition key.",
    consequence: "A policy could decide by one of the two values. Our contexts have no such names.",
  },
  {
    id: "empty-context",
    assumption: "An empty encryption context is the same as none.",
    consequence: "A blob made with one would not open with the other.",
  },
  {
    id: "grant-across-accounts",
    assumption: "A grant is enough for a grantee of another account.",
    consequence: "AWS may want that account's own policies to allow as well. Generated key policies forbid grants.",
  },
  {
    id: "names-before-rights",
    assumption: "A name that leads to no key is NotFoundException for everybody, whatever they may do.",
    consequence: "Some callers would see AccessDeniedException. An opener treats both alike.",
  },
  {
    id: "public-key-form",
    assumption: "DeriveSharedSecret takes a P-256 key as RFC 5480 has it: named curve, point uncompressed.",
    consequence: "AWS may take more forms. Ours is the one that an `epk` is turned into.",
  },
  {
    id: "public-key-refusal",
    assumption: "A public key it cannot use is a ValidationException, in words of our own.",
    consequence: "The refusal would read differently.",
  },
  {
    id: "replica-deletion",
    assumption: "The first of a family of multi-Region keys is deleted without waiting for its replicas.",
    consequence: "AWS would keep it as PendingReplicaDeletion for longer.",
  },
  {
    id: "rights-before-state",
    assumption: "A caller without the right to a key is told so before its state, its usage or the blob are looked at.",
    consequence: "A refusal could have another code. Either closes an envelope.",
  },
  {
    id: "rotation-at-once",
    assumption: "A rotation on demand is done when it is answered.",
    consequence: "AWS takes a while, in which new blobs are made with the former material.",
  },
  {
    id: "several-values-unquantified",
    assumption:
      "An operator without ForAllValues or ForAnyValue, over a condition key of several values, needs all of them.",
    consequence: "AWS leaves it open and advises against it. Generated policies do not do it.",
  },
];
