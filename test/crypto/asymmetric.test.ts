import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from "node:crypto";
import fc from "fast-check";
import { CompactEncrypt, compactDecrypt } from "jose";
import { describe, expect, test } from "vitest";
import { type AgreementKey, contentKeyOf, localAgreementKey } from "../../crypto/agreement.ts";
import { readAsymmetric } from "../../crypto/asymmetric-form.ts";
import { decryptContent } from "../../crypto/content-encryption.ts";
import { CryptoError, type CryptoErrorCode } from "../../crypto/crypto-error.ts";
import { RESERVED_INSIDE } from "../../crypto/envelope-plaintext.ts";
import { sealedSize } from "../../crypto/envelope-size.ts";
import { openAsymmetric } from "../../crypto/open-asymmetric.ts";
import { coordinatesOf, keyIdOf } from "../../crypto/p256.ts";
import { sealAsymmetric } from "../../crypto/seal-asymmetric.ts";
import type { Json } from "../../crypto/strict-json.ts";

const pair = (): { publicKey: KeyObject; privateKey: KeyObject } => generateKeyPairSync("ec", { namedCurve: "P-256" });
const care = pair();
const later = pair();
const place = { audience: "care-api", poolId: "eu-central-1_AbCdEfGhI" };
const token = { sub: "7d8ca528-4931-4254-9273-ea5ee853f271", iat: 1_763_805_600, place };
const claims = new Map<string, Json>([["licence_no", "DE-48213377"]]);

const seal = (inside = claims, to = care.publicKey): string => sealAsymmetric(inside, token, to, null);
const open = (value: string, keys: readonly AgreementKey[] = [localAgreementKey(care.privateKey)]) =>
  openAsymmetric(value, token, keys);

/** As KMS holds it: nobody knows which key it is until it has tried. */
const inKms = (privateKey: KeyObject): AgreementKey => ({ ...localAgreementKey(privateKey), keyId: null });
const failing = (code: CryptoErrorCode): AgreementKey => ({
  keyId: null,
  agree: () => Promise.reject(new CryptoError(code, `it is ${code}`)),
});

describe("an envelope sealed with a public key", () => {
  test("opens to the claims that were sealed, whatever they are", async () => {
    const names = fc.string({ minLength: 1, maxLength: 20 }).filter((name) => !RESERVED_INSIDE.has(name));
    const values = fc.jsonValue({ maxDepth: 2, noUnicodeString: false }) as fc.Arbitrary<Json>;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, values), { maxLength: 4 }), async (entries) => {
        const inside = new Map(entries);
        const same = [...inside].map(([name, value]) => [name, JSON.parse(JSON.stringify(value)) as Json] as const);
        expect(await open(seal(inside))).toEqual(new Map(same));
      }),
      { numRuns: 150 },
    );
  });

  test("has a key of its own every time", () => {
    const sealed = Array.from({ length: 200 }, () => readAsymmetric(seal()));
    expect(new Set(sealed.map(({ ephemeral }) => coordinatesOf(ephemeral).x)).size).toBe(200);
    expect(new Set(sealed.map(({ iv }) => Buffer.from(iv).toString("hex"))).size).toBe(200);
  });

  test("has the header of the specification, and names the key by the hash of its SPKI", () => {
    const [, header = ""] = /^1~([^.]+)\.\./.exec(seal()) ?? [];
    const { epk, ...rest } = JSON.parse(Buffer.from(header, "base64url").toString()) as { epk: object };
    expect(rest).toEqual({ alg: "ECDH-ES", enc: "A256GCM", kid: keyIdOf(care.publicKey) });
    expect(Object.keys(epk)).toEqual(["kty", "crv", "x", "y"]);
  });

  test("is as long as was counted beforehand, to the character", () => {
    for (const bytes of [1, 64, 300, 2_000]) {
      const inside = new Map([["note", "n".repeat(bytes)]]);
      const { place: _, ...binding } = token;
      const counted = { ...binding, aud: place.audience, pool: place.poolId, note: "n".repeat(bytes) };
      expect(seal(inside)).toHaveLength(sealedSize("asymmetric", JSON.stringify(counted).length));
    }
  });

  test("ends at 4,096 bytes of plaintext", () => {
    expect(() => seal(new Map([["note", "n".repeat(4_096)]]))).toThrow(
      expect.objectContaining({ code: "SEAL_TOO_LARGE", message: "the plaintext has 4224 bytes; at most 4096 fit" }),
    );
  });

  test("cannot be opened with what its writer keeps", async () => {
    const drawn = pair();
    const value = sealAsymmetric(claims, token, care.publicKey, null, {
      keyPair: () => drawn,
      bytes: () => new Uint8Array(12),
    });
    await expect(open(value, [inKms(drawn.privateKey)])).rejects.toMatchObject({ code: "SEALED_INTEGRITY" });
  });
});

describe("with another JOSE library", () => {
  const header = { alg: "ECDH-ES", enc: "A256GCM", kid: keyIdOf(care.publicKey) };
  const inside = { sub: token.sub, iat: token.iat, aud: place.audience, pool: place.poolId, licence_no: "DE-48213377" };

  test("envelopes written here open there", async () => {
    for (let each = 0; each < 60; each += 1) {
      const { plaintext, protectedHeader } = await compactDecrypt(seal().slice(2), care.privateKey);
      expect(JSON.parse(Buffer.from(plaintext).toString())).toEqual(inside);
      expect(protectedHeader).toMatchObject(header);
    }
  });

  test("envelopes it writes open here, but for the order of its header's members", async () => {
    const opened: string[] = [];
    for (let each = 0; each < 60; each += 1) {
      const jwe = await new CompactEncrypt(Buffer.from(JSON.stringify(inside)))
        .setProtectedHeader(header)
        .encrypt(care.publicKey);
      const [written = "", ...rest] = jwe.split(".");
      const { epk } = JSON.parse(Buffer.from(written, "base64url").toString()) as { epk: { x: string; y: string } };
      // Its header is authenticated as it is, so only the agreement and the key derivation can be held against each other.
      const ephemeral = createPublicKey({ key: { kty: "EC", crv: "P-256", ...epk }, format: "jwk" });
      const key = contentKeyOf(diffieHellman({ privateKey: care.privateKey, publicKey: ephemeral }));
      const [, iv, ciphertext, tag] = rest.map((part) => Buffer.from(part, "base64url"));
      opened.push(decryptContent({ iv: iv!, ciphertext: ciphertext!, tag: tag! }, key!, written).toString());
    }
    expect(new Set(opened)).toEqual(new Set([JSON.stringify(inside)]));
  });
});

describe("a list of keys", () => {
  test.for<readonly [string, readonly AgreementKey[]]>([
    ["its key stands first", [inKms(care.privateKey), inKms(later.privateKey)]],
    ["its key stands behind another", [inKms(later.privateKey), inKms(care.privateKey)]],
    ["its key stands behind one that is retired", [failing("KEY_ACCESS_DENIED"), inKms(care.privateKey)]],
    [
      "the keys before it are known to be others",
      [localAgreementKey(later.privateKey), localAgreementKey(care.privateKey)],
    ],
  ])("opens an envelope where %s", async ([, keys]) => {
    expect(await open(seal(), keys)).toEqual(claims);
  });

  test("asks no key that is known to be another", async () => {
    const stranger: AgreementKey = { ...failing("KEY_UNAVAILABLE"), keyId: keyIdOf(later.publicKey) };
    await expect(open(seal(), [stranger])).rejects.toMatchObject({
      code: "SEALED_INTEGRITY",
      message: "the envelope does not decrypt with a key of the list",
    });
  });

  test.for<readonly [CryptoErrorCode, readonly AgreementKey[]]>([
    ["SEALED_INTEGRITY", []],
    ["SEALED_INTEGRITY", [inKms(later.privateKey)]],
    ["KEY_ACCESS_DENIED", [failing("KEY_ACCESS_DENIED"), inKms(later.privateKey)]],
    ["KEY_UNAVAILABLE", [failing("KEY_UNAVAILABLE"), inKms(care.privateKey)]],
  ])("that does not open ends with %s", async ([code, keys]) => {
    await expect(open(seal(), keys)).rejects.toMatchObject({ name: "CryptoError", code });
  });
});

describe("a malformed value", () => {
  const value = seal();
  const [header = "", , iv = "", ciphertext = "", tag = ""] = value.slice(2).split(".");
  const withHeader = (change: (json: string) => string): string => {
    const changed = change(Buffer.from(header, "base64url").toString());
    return `1~${Buffer.from(changed).toString("base64url")}..${iv}.${ciphertext}.${tag}`;
  };
  const point = coordinatesOf(readAsymmetric(value).ephemeral);

  test.for<readonly [string, string]>([
    ["nothing", ""],
    ["another version", `2${value.slice(1)}`],
    ["the form of mode envelope", `1~AAAA~${value.slice(2)}`],
    ["the form of mode direct", `1~${ciphertext}`],
    ["an encrypted key", value.replace("..", ".AAAA.")],
    ["a part too many", `${value}.AAAA`],
    ["a short tag", value.slice(0, -16)],
    ["a short initialization vector", `1~${header}..AAAA.${ciphertext}.${tag}`],
    ["another algorithm", withHeader((json) => json.replace("ECDH-ES", "ECDH-ES+A256KW"))],
    ["another cipher", withHeader((json) => json.replace("A256GCM", "A128GCM"))],
    ["another curve", withHeader((json) => json.replace("P-256", "P-384"))],
    ["party information", withHeader((json) => json.replace('"enc"', '"apu":"QQ","enc"'))],
    ["compression", withHeader((json) => json.replace('"enc"', '"zip":"DEF","enc"'))],
    ["an extension", withHeader((json) => json.replace('"enc"', '"crit":["b64"],"enc"'))],
    ["a key reference", withHeader((json) => json.replace('"enc"', '"jku":"https://x","enc"'))],
    ["a member named twice", withHeader((json) => json.replace('"enc"', '"alg":"ECDH-ES","enc"'))],
    ["white space", withHeader((json) => json.replace(":", ": "))],
    ["a line break behind the header", withHeader((json) => `${json}\n`)],
    ["a private key", withHeader((json) => json.replace('"y"', '"d":"AA","y"'))],
    ["a point beside the curve", withHeader((json) => json.replace(point.y, point.x))],
    ["the origin", withHeader((json) => json.replace(point.x, "A".repeat(43)).replace(point.y, "A".repeat(43)))],
    ["a coordinate with bits to spare set", withHeader((json) => json.replace(point.x, `${point.x.slice(0, -1)}_`))],
    ["a key id that is too long", withHeader((json) => json.replace(/"kid":"/, '"kid":"A'))],
  ])("(%s) is SEALED_MALFORMED, and no key is used with it", async ([, spoilt]) => {
    const used: string[] = [];
    const watched: AgreementKey = {
      keyId: null,
      agree: (ephemeral) => {
        used.push("used");
        return localAgreementKey(care.privateKey).agree(ephemeral);
      },
    };
    await expect(open(spoilt, [watched])).rejects.toMatchObject({ name: "CryptoError", code: "SEALED_MALFORMED" });
    expect(used).toEqual([]);
  });

  test("with another point of the curve is SEALED_INTEGRITY", async () => {
    const other = coordinatesOf(pair().publicKey);
    const spoilt = withHeader((json) => json.replace(point.x, other.x).replace(point.y, other.y));
    await expect(open(spoilt)).rejects.toMatchObject({ code: "SEALED_INTEGRITY" });
  });
});

test.for<readonly [string, KeyObject]>([
  ["a public key", care.publicKey],
  ["a key of another curve", generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey],
  ["a signing key", generateKeyPairSync("ed25519").privateKey],
])("%s opens nothing, and is refused before it is tried", ([, key]) => {
  expect(() => localAgreementKey(key)).toThrow(new TypeError("expected a private key on P-256"));
});
