import { createHmac, type KeyObject } from "node:crypto";
import { lengthPrefixed } from "./length-prefixed.ts";

/** A name for a subject that only whoever holds the root can make: 22 characters of base64url. */
export type SubjectHash = (sub: string) => string;

/** Apart from every pseudonym's: what stands in a log must not be found in a token. */
const LABEL = "claimseal/subject/v1";

const HASH_BYTES = 16;

/**
 * Names subjects of one user pool in logs: HMAC-SHA-256 (RFC 2104), cut to 16 bytes, under the root of the pseudonyms
 * and a label of its own. The same subject has the same name in every record, and nobody can tell whose it is.
 */
export function subjectHash(root: KeyObject, poolId: string): SubjectHash {
  return (sub) =>
    createHmac("sha256", root)
      .update(lengthPrefixed([LABEL, poolId, sub]))
      .digest()
      .toString("base64url", 0, HASH_BYTES);
}
