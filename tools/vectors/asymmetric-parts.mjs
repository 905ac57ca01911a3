// What envelopes in mode `asymmetric` are put together from.
import { createECDH, createHash } from "node:crypto";
import { AUDIENCE, b64, encrypt, POOL, SEALED_AT, SUB, seeded } from "./bytes.mjs";

export const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
export const coordinate = (number) => Buffer.from(number.toString(16).padStart(64, "0"), "hex");
export const number = (text) => BigInt(`0x${Buffer.from(text, "base64url").toString("hex")}`);

/** A key pair as a JWK; the private key comes from its name. */
export function keyPair(name, curve = "prime256v1", crv = "P-256", bytes = 32) {
  const pair = createECDH(curve);
  pair.setPrivateKey(Buffer.concat([Buffer.from([0x01]), seeded(`ec/${name}`, bytes - 1)]));
  const point = pair.getPublicKey();
  const [x, y] = [point.subarray(1, 1 + bytes), point.subarray(1 + bytes)].map(b64);
  return { kty: "EC", crv, x, y, d: b64(pair.getPrivateKey()) };
}

const pointOf = ({ x, y }) =>
  Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);

export function secretOf({ d }, peer) {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(Buffer.from(d, "base64url"));
  return pair.computeSecret(pointOf(peer));
}

const uint32 = (value) => Buffer.from(value.toString(16).padStart(8, "0"), "hex");
const prefixed = (bytes) => Buffer.concat([uint32(bytes.length), bytes]);

/** RFC 7518 section 4.6.2, for one round of SHA-256. */
export const concatKdf = (secret, { algorithm = "A256GCM", apu = "", apv = "", bits = 256 } = {}) =>
  createHash("sha256")
    .update(
      Buffer.concat([
        uint32(1),
        secret,
        prefixed(Buffer.from(algorithm)),
        prefixed(Buffer.from(apu)),
        prefixed(Buffer.from(apv)),
        uint32(bits),
      ]),
    )
    .digest()
    .subarray(0, bits / 8);

const SPKI = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");
export const kidOf = (key) => createHash("sha256").update(SPKI).update(pointOf(key)).digest("base64url").slice(0, 8);

export const reader = keyPair("care-api");
export const next = keyPair("care-api, next year");
export const stranger = keyPair("billing-api");
export const keys = [reader, next, stranger].map((key) => ({ kid: kidOf(key), jwk: key }));

export const epkOf = ({ kty, crv, x, y }) => ({ kty, crv, x, y });
export const headerOf = (key, ephemeral) =>
  JSON.stringify({ alg: "ECDH-ES", enc: "A256GCM", kid: kidOf(key), epk: epkOf(ephemeral) });

/** Every part of an envelope, over any header, plaintext and content key. */
export function partsOf(name, plaintext, { to = reader, header, contentKey } = {}) {
  const ephemeral = keyPair(`ephemeral/${name}`);
  const sent = b64(Buffer.from(header ?? headerOf(to, ephemeral)));
  const key = contentKey ?? concatKdf(secretOf(ephemeral, to));
  const content = encrypt(key, seeded(`asymmetric/${name}/iv`, 12), sent, plaintext);
  return { version: "1", header: sent, encryptedKey: "", ...content, ephemeral };
}

export const joined = ({ version, header, encryptedKey, iv, ciphertext, tag }) =>
  `${version}~${header}.${encryptedKey}.${iv}.${ciphertext}.${tag}`;

export const PLACE = { audience: AUDIENCE, poolId: POOL };
export const base = { sub: SUB, iat: SEALED_AT, aud: AUDIENCE, pool: POOL };
export const CLIENT = "4mk2clinicweb";
