import { createHash, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coordinatesOf, isP256, keyIdOf, publicKeyAt, publicKeyOf, readPublicKey, spkiOf } from "../../crypto/p256.ts";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const point = coordinatesOf(publicKey);
const spki = spkiOf(publicKey);
const FIELD = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;

const bytesOf = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, "0"), "hex");

test("a key is the same after its coordinates, and after its SPKI", () => {
  expect(publicKeyOf(point)?.equals(publicKey)).toBe(true);
  expect(readPublicKey(spki)?.equals(publicKey)).toBe(true);
});

test("a key's id is the beginning of the SHA-256 of its SPKI", () => {
  expect(keyIdOf(publicKey)).toBe(createHash("sha256").update(spki).digest("base64url").slice(0, 8));
});

describe("no key is", () => {
  const [x, y] = [Buffer.from(point.x, "base64url"), Buffer.from(point.y, "base64url")];
  const zero = Buffer.alloc(32);

  test.for<readonly [string, Uint8Array, Uint8Array]>([
    ["the origin", zero, zero],
    ["a point beside the curve", x, zero],
    ["a point with its coordinates swapped", y, x],
    ["a coordinate that is the field's order", bytesOf(FIELD), y],
    ["a coordinate beyond the field", Buffer.alloc(32, 255), y],
    ["a coordinate that lost its leading byte", x.subarray(1), y],
    ["a point with a byte too many", Buffer.concat([zero.subarray(0, 1), x]), y],
  ])("%s", ([, left, right]) => {
    expect(publicKeyAt(left, right)).toBeNull();
  });

  test("a point with any one bit turned", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 511 }), (bit) => {
        const both = Buffer.concat([x, y]);
        both[bit >> 3]! ^= 1 << (bit & 7);
        expect(publicKeyAt(both.subarray(0, 32), both.subarray(32))).toBeNull();
      }),
    );
  });

  test.for<readonly [string, Uint8Array]>([
    ["the point at infinity", Buffer.from("301a301306072a8648ce3d020106082a8648ce3d03010703030000", "hex")],
    ["a compressed point", Buffer.concat([spki.subarray(0, 26), Buffer.of(2), x])],
    ["a point of P-384", spkiOf(generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey)],
    ["a point of secp256k1", spkiOf(generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey)],
    ["a key of X25519", spkiOf(generateKeyPairSync("x25519").publicKey)],
    ["an RSA key", spkiOf(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey)],
    ["an SPKI with a byte behind it", Buffer.concat([spki, Buffer.of(0)])],
    ["an SPKI cut short", spki.subarray(0, -1)],
    ["nothing", new Uint8Array()],
  ])("%s", ([, der]) => {
    expect(readPublicKey(der)).toBeNull();
  });

  test.for<readonly [string, Partial<typeof point>]>([
    ["a coordinate with padding", { x: `${point.x}=` }],
    ["a coordinate in the other alphabet", { x: `+${point.x.slice(1)}` }],
    ["an empty coordinate", { y: "" }],
  ])("%s", ([, change]) => {
    expect(publicKeyOf({ ...point, ...change })).toBeNull();
  });
});

test("a key's curve is its own, whichever half it is", () => {
  const other = generateKeyPairSync("ec", { namedCurve: "P-384" });
  expect([publicKey, privateKey, other.publicKey, other.privateKey].map(isP256)).toEqual([true, true, false, false]);
});
