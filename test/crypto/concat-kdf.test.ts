import { createPrivateKey, createPublicKey, diffieHellman, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { contentKeyOf } from "../../crypto/agreement.ts";
import { concatKdf } from "../../crypto/concat-kdf.ts";

/** RFC 7518, appendix C. */
const ALICE = {
  kty: "EC",
  crv: "P-256",
  x: "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
  y: "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
  d: "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo",
};
const BOB = {
  kty: "EC",
  crv: "P-256",
  x: "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
  y: "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
};
const Z = Buffer.from("9e56d91d817135d372834283bf84269cfb316ea3da806a48f6daa7798cfe90c4", "hex");

test("the key of RFC 7518, appendix C, comes out", () => {
  const privateKey = createPrivateKey({ key: ALICE, format: "jwk" });
  const publicKey = createPublicKey({ key: BOB, format: "jwk" });
  expect(diffieHellman({ privateKey, publicKey })).toEqual(Z);
  const purpose = {
    algorithm: "A128GCM",
    partyU: Buffer.from("Alice"),
    partyV: Buffer.from("Bob"),
    bits: 128,
  } as const;
  expect(concatKdf(Z, purpose).toString("base64url")).toBe("VqqN6vgjbSBcIijNcacQGg");
});

test("every part of what a key is for makes it another key, and no part runs into the next", () => {
  const part = (text: string): Buffer => Buffer.from(text);
  const keys = [
    concatKdf(Z, { algorithm: "A256GCM", bits: 256 }),
    concatKdf(Z, { algorithm: "ECDH-ES", bits: 256 }),
    concatKdf(Z, { algorithm: "A256GC", partyU: part("M"), bits: 256 }),
    concatKdf(Z, { algorithm: "A256GCM", partyU: part("ab"), partyV: part("c"), bits: 256 }),
    concatKdf(Z, { algorithm: "A256GCM", partyU: part("a"), partyV: part("bc"), bits: 256 }),
    concatKdf(randomBytes(32), { algorithm: "A256GCM", bits: 256 }),
    concatKdf(Z, { algorithm: "A256GCM", bits: 128 }),
  ].map((key) => key.toString("hex"));
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys[0]?.startsWith(keys.at(-1) ?? "")).toBe(false);
});

test.for([0, 31, 33, 64])("a secret of %i bytes is none", (bytes) => {
  expect(contentKeyOf(new Uint8Array(bytes))).toBeNull();
});

test("a secret is overwritten once its key is made, and so is one that is none", () => {
  const [secret, short] = [randomBytes(32), randomBytes(31)];
  const key = contentKeyOf(secret);
  contentKeyOf(short);
  expect(key?.symmetricKeySize).toBe(32);
  expect([secret, short]).toEqual([Buffer.alloc(32), Buffer.alloc(31)]);
});
