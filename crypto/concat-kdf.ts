import { createHash } from "node:crypto";

/** What a key is derived for (RFC 7518 section 4.6.2). */
export type KeyPurpose = {
  /** AlgorithmID: under `ECDH-ES` the value of `enc`. */
  readonly algorithm: string;
  /** PartyUInfo and PartyVInfo, the decoded `apu` and `apv`; empty where the header has none. */
  readonly partyU?: Uint8Array;
  readonly partyV?: Uint8Array;
  readonly bits: 128 | 256;
};

/**
 * The Concat KDF (NIST SP 800-56A section 5.8.1) as JOSE uses it (RFC 7518 section 4.6.2), for keys no longer than one
 * SHA-256: SHA-256(1 || Z || AlgorithmID || PartyUInfo || PartyVInfo || SuppPubInfo), cut to the key's length.
 *
 * @param secret Z, as long as the curve's coordinates: leading zeros belong to it.
 */
export function concatKdf(secret: Uint8Array, { algorithm, partyU, partyV, bits }: KeyPurpose): Buffer {
  const round = uint32(1);
  const info = [prefixed(Buffer.from(algorithm, "ascii")), prefixed(partyU), prefixed(partyV), uint32(bits)];
  const hash = createHash("sha256").update(round).update(secret);
  for (const part of info) hash.update(part);
  return hash.digest().subarray(0, bits / 8);
}

/** A value of variable length behind its length, which stands there for an empty one too. */
function prefixed(bytes: Uint8Array = new Uint8Array()): Buffer {
  return Buffer.concat([uint32(bytes.byteLength), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
