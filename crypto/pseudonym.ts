import { createHmac, type KeyObject } from "node:crypto";
import { lengthPrefixed } from "./length-prefixed.ts";

/** Who will see a pseudonym: an app client in its tokens, or a resource server in its envelope. */
export type PseudonymAudience =
  | { readonly kind: "client"; readonly id: string }
  | { readonly kind: "resource-server"; readonly identifier: string };

/**
 * The pseudonym of a value for one audience: 22 characters of base64url.
 *
 * @param attribute Where the value comes from: the references it is made of, sorted, in one unambiguous text.
 */
export type Pseudonymize = (audience: PseudonymAudience, attribute: string, value: string) => string;

/** Asks for the root under a KMS key, always the same under the same key. Rejects with a `CryptoError`. */
export type LoadPseudonymRoot = (key: string, signal: AbortSignal) => Promise<KeyObject>;

/** Another version gives everybody another pseudonym. */
const LABEL = "claimseal/pseudonym/v1";

const ROOT_BYTES = 32;

/** 128 bits: two of 2^48 values share a pseudonym with a chance of about 2^-33. */
const PSEUDONYM_BYTES = 16;

/**
 * Makes pseudonyms for one user pool: HMAC-SHA-256 (RFC 2104), cut to 16 bytes, under a root that only KMS can make.
 *
 * What it gives: the same value has the same pseudonym at every sign-in, and without the root nobody can tell which, nor
 * join the pseudonyms of two clients, resource servers, attributes or pools. Audiences of the two kinds are apart even
 * where they have one name.
 *
 * What it does not give: anonymity. Whoever may call `kms:GenerateMac` with the key, which is the trigger's role, can
 * compute the pseudonym of a guess; of an attribute with few values that is the value. The text is taken as it is:
 * `DE-1` and `de-1` are two people.
 *
 * @throws {RangeError} for a root that is not 32 bytes.
 */
export function pseudonymizer(root: KeyObject, poolId: string): Pseudonymize {
  if (root.symmetricKeySize !== ROOT_BYTES) throw new RangeError(`root expected ${ROOT_BYTES} bytes`);
  return (audience, attribute, value) => {
    const name = audience.kind === "client" ? audience.id : audience.identifier;
    return createHmac("sha256", root)
      .update(lengthPrefixed([LABEL, poolId, audience.kind, name, attribute, value]))
      .digest()
      .toString("base64url", 0, PSEUDONYM_BYTES);
  };
}
