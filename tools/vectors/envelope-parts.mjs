// What envelopes in mode `envelope` are put together from.
import { b64, dataKey, encrypt, seeded, wrapKey } from "./bytes.mjs";

export const HEADER = '{"alg":"A256KW","enc":"A256GCM"}';
export const care = dataKey("care", "care-api", "eu-central-1_AbCdEfGhI");
export const careLater = dataKey("care, an hour later", "care-api", "eu-central-1_AbCdEfGhI");
export const billing = dataKey("billing", "billing-api", "eu-central-1_AbCdEfGhI");
export const otherPool = dataKey("other pool", "care-api", "eu-central-1_ZyXwVuTsR");
export const dataKeys = [care, careLater, billing, otherPool];

/** Every part of an envelope, over any header and any plaintext. */
export function partsOf(name, plaintext, { from = care, header = HEADER } = {}) {
  const contentKey = seeded(`${name}/content key`, 32);
  const iv = seeded(`${name}/iv`, 12);
  return {
    version: "1",
    edk: b64(from.wrapped),
    header: b64(Buffer.from(header)),
    encryptedKey: b64(wrapKey(from.key, contentKey)),
    ...encrypt(contentKey, iv, b64(Buffer.from(header)), plaintext),
    contentKey,
  };
}

export const joined = ({ version, edk, header, encryptedKey, iv, ciphertext, tag }) =>
  `${version}~${edk}~${header}.${encryptedKey}.${iv}.${ciphertext}.${tag}`;
