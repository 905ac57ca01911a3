import { createSecretKey, generateKeySync, randomBytes } from "node:crypto";
import fc from "fast-check";
import { CompactEncrypt, EncryptJWT } from "jose";
import { describe, expect, test } from "vitest";
import { encodeBase64url } from "../../crypto/base64url.ts";
import type { DataKey } from "../../crypto/data-key.ts";
import { MAX_PLAINTEXT_BYTES, readEnvelope } from "../../crypto/envelope-form.ts";
import { RESERVED_INSIDE } from "../../crypto/envelope-plaintext.ts";
import { envelopeSize } from "../../crypto/envelope-size.ts";
import { openEnvelope } from "../../crypto/open-envelope.ts";
import { sealEnvelope } from "../../crypto/seal-envelope.ts";
import type { Json } from "../../crypto/strict-json.ts";

const dataKey: DataKey = { key: generateKeySync("aes", { length: 256 }), wrapped: randomBytes(184) };
const other: DataKey = { key: generateKeySync("aes", { length: 256 }), wrapped: randomBytes(184) };
const binding = { sub: "7d8ca528-4931-4254-9273-ea5ee853f271", iat: 1_763_805_600 };

const open = (value: string, token = binding, { key }: DataKey = dataKey): Promise<ReadonlyMap<string, Json>> =>
  openEnvelope(value, token, async () => key);

/** Bytes of the JSON text that is sealed. */
const jsonBytes = (claims: ReadonlyMap<string, Json>): number =>
  Buffer.byteLength(JSON.stringify({ ...binding, ...Object.fromEntries(claims) }));

const claimNames = fc.string({ minLength: 1, maxLength: 20 }).filter((name) => !RESERVED_INSIDE.has(name));
const claimValues = fc.jsonValue({ maxDepth: 3, noUnicodeString: false, stringUnit: "binary" }) as fc.Arbitrary<Json>;
const claimMaps = fc
  .array(fc.tuple(claimNames, claimValues), { maxLength: 6 })
  .map((entries) => new Map(entries))
  .filter((claims) => jsonBytes(claims) <= MAX_PLAINTEXT_BYTES);

/** What JSON makes of a value: -0 becomes 0, say. */
const asJson = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

describe("an envelope", () => {
  test("opens to the claims that were sealed, whatever they are", async () => {
    await fc.assert(
      fc.asyncProperty(claimMaps, async (claims) => {
        const opened = await open(sealEnvelope(claims, binding, dataKey, null));
        expect(opened).toEqual(new Map([...claims].map(([name, value]) => [name, asJson(value)])));
      }),
      { numRuns: 500 },
    );
  });

  test("keeps a claim named __proto__ a claim", async () => {
    const claims = new Map<string, Json>([["__proto__", { admin: true }]]);
    expect(await open(sealEnvelope(claims, binding, dataKey, null))).toEqual(claims);
  });

  test("shows nothing of its claims in any usual encoding", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{12}$/), (canary) => {
        const sealed = sealEnvelope(new Map([["note", canary]]), binding, dataKey, null);
        const parts = [
          sealed,
          ...sealed.split(/[~.]/).map((part) => Buffer.from(part, "base64url").toString("latin1")),
        ];
        for (const part of parts) {
          expect(part).not.toContain(canary);
          expect(part).not.toContain(binding.sub);
        }
      }),
    );
  });

  test("is never the same twice", () => {
    const claims = new Map([["note", "x"]]);
    const sealed = Array.from({ length: 1000 }, () => readEnvelope(sealEnvelope(claims, binding, dataKey, null)));
    expect(new Set(sealed.map(({ iv }) => encodeBase64url(iv))).size).toBe(1000);
    expect(new Set(sealed.map(({ encryptedKey }) => encodeBase64url(encryptedKey))).size).toBe(1000);
    expect(new Set(sealed.map(({ ciphertext }) => encodeBase64url(ciphertext))).size).toBe(1000);
  });

  test("refuses claims with the names it needs itself", () => {
    for (const name of RESERVED_INSIDE) {
      expect(() => sealEnvelope(new Map([[name, "x"]]), binding, dataKey, null)).toThrow(
        new TypeError(`"${name}" cannot be a sealed claim: the envelope reserves it`),
      );
    }
  });

  test("leaves no content key behind in the bytes it was given", () => {
    const drawn: Uint8Array[] = [];
    sealEnvelope(new Map([["note", "x"]]), binding, dataKey, null, (size) => {
      const bytes = randomBytes(size);
      drawn.push(bytes);
      return bytes;
    });
    expect(drawn[0]).toEqual(Buffer.alloc(32));
  });
});

describe("an envelope's length", () => {
  /** A claim that makes the plaintext exactly so long. */
  const filling = (bytes: number): ReadonlyMap<string, Json> =>
    new Map([["n", "n".repeat(bytes - jsonBytes(new Map([["n", ""]])))]]);
  const shortest = jsonBytes(new Map([["n", ""]]));

  test("tells only the number of 64-byte steps", () => {
    for (let bytes = shortest; bytes <= 1000; bytes += 1) {
      const { ciphertext } = readEnvelope(sealEnvelope(filling(bytes), binding, dataKey, null));
      expect(ciphertext.byteLength).toBe(Math.ceil(bytes / 64) * 64);
    }
  });

  test("is known beforehand, to the character", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: shortest, max: 2048 }),
        fc.option(fc.integer({ min: 2048, max: 4096 })),
        fc.integer({ min: 75, max: 450 }),
        (bytes, padTo, wrappedBytes) => {
          const wrapped = randomBytes(wrappedBytes);
          const sealed = sealEnvelope(filling(bytes), binding, { ...dataKey, wrapped }, padTo);
          expect(sealed).toHaveLength(envelopeSize(bytes, padTo, wrappedBytes));
        },
      ),
    );
  });

  test("is one and the same for all claims that are padded to their maximum", () => {
    const lengths = fc.sample(claimMaps, 300).flatMap((claims) => {
      return jsonBytes(claims) <= 1000 ? [sealEnvelope(claims, binding, dataKey, 1000).length] : [];
    });
    expect(lengths.length).toBeGreaterThan(100);
    expect(new Set(lengths)).toEqual(new Set([envelopeSize(1, 1000)]));
  });

  test("is 644 characters for three claims of 24 bytes", () => {
    const claims = new Map(["licence_no", "legal_name", "employer"].map((name) => [name, "x".repeat(24)]));
    expect(sealEnvelope(claims, binding, dataKey, null)).toHaveLength(644);
    expect(envelopeSize(jsonBytes(claims), null)).toBe(644);
  });

  test("ends at 4,096 bytes of plaintext", () => {
    expect(() => sealEnvelope(filling(4096), binding, dataKey, null)).not.toThrow();
    expect(() => sealEnvelope(filling(4097), binding, dataKey, null)).toThrow(
      expect.objectContaining({ code: "SEAL_TOO_LARGE", message: "the plaintext has 4160 bytes; at most 4096 fit" }),
    );
    expect(() => sealEnvelope(filling(100), binding, dataKey, 4097)).toThrow(
      expect.objectContaining({ code: "SEAL_TOO_LARGE" }),
    );
  });

  test("is not stretched beyond a declared maximum", () => {
    expect(() => sealEnvelope(filling(300), binding, dataKey, 299)).toThrow(
      expect.objectContaining({
        code: "SEAL_TOO_LARGE",
        message: "the plaintext has 300 bytes, more than the 299 it is padded to",
      }),
    );
  });
});

describe("swapping", () => {
  const first = sealEnvelope(new Map([["a", "one"]]), binding, dataKey, null);
  const second = sealEnvelope(new Map([["a", "two"]]), { ...binding, sub: "someone-else" }, other, null);

  test("any part of two envelopes for each other's never opens", async () => {
    const separators = /[~.]/;
    const [left, right] = [first.split(separators), second.split(separators)];
    let swaps = 0;
    // Parts: version, wrapped data key, header, encrypted key, initialization vector, ciphertext, tag.
    for (let mask = 1; mask < 2 ** 7 - 1; mask += 1) {
      const mixed = left.map((part, index) => ((mask >> index) & 1 ? right[index]! : part));
      const value = `${mixed[0]}~${mixed[1]}~${mixed.slice(2).join(".")}`;
      if (value === first || value === second) continue;
      swaps += 1;
      const outcome = openEnvelope(value, binding, async (wrapped) =>
        Buffer.from(dataKey.wrapped).equals(wrapped) ? dataKey.key : other.key,
      );
      await expect(outcome).rejects.toMatchObject({ code: "SEALED_INTEGRITY" });
    }
    expect(swaps).toBe(2 ** 7 - 8);
  });

  test("envelopes between subjects opens none of them", async () => {
    const people = Array.from({ length: 50 }, (_, index) => ({ ...binding, sub: `person-${index}` }));
    const sealed = people.map((person) => sealEnvelope(new Map([["a", person.sub]]), person, dataKey, null));
    for (const [index, person] of people.entries()) {
      const outcomes = await Promise.allSettled(sealed.map((value) => open(value, person)));
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(outcomes[index]).toEqual({ status: "fulfilled", value: new Map([["a", person.sub]]) });
    }
  });

  test("an envelope into a token of another time does not open it", async () => {
    const at = (iat: number): Promise<unknown> => open(first, { ...binding, iat });
    await expect(at(binding.iat - 60)).resolves.toBeDefined();
    await expect(at(binding.iat + 600)).resolves.toBeDefined();
    await expect(at(binding.iat - 61)).rejects.toMatchObject({ code: "SEALED_BINDING" });
    await expect(at(binding.iat + 601)).rejects.toMatchObject({ code: "SEALED_BINDING" });
    await expect(at(Number.NaN)).rejects.toMatchObject({ code: "SEALED_BINDING" });
  });

  test("follows the window a reader asks for", async () => {
    const narrow = { min: 0, max: 5 };
    const at = (iat: number): Promise<unknown> =>
      openEnvelope(first, { ...binding, iat }, async () => dataKey.key, narrow);
    await expect(at(binding.iat + 5)).resolves.toBeDefined();
    await expect(at(binding.iat + 6)).rejects.toMatchObject({
      code: "SEALED_BINDING",
      message: "the envelope was sealed for a token of another time",
    });
  });
});

describe("with another JOSE library", () => {
  const header = { alg: "A256KW", enc: "A256GCM" } as const;
  const value = (jwe: string): string => `1~${encodeBase64url(dataKey.wrapped)}~${jwe}`;

  test("envelopes it wrote open here", async () => {
    await fc.assert(
      fc.asyncProperty(claimMaps, async (claims) => {
        const payload = Object.fromEntries([...Object.entries(binding), ...claims]);
        const jwe = await new CompactEncrypt(Buffer.from(JSON.stringify(payload)))
          .setProtectedHeader(header)
          .encrypt(dataKey.key);
        expect(await open(value(jwe))).toEqual(new Map([...claims].map(([name, each]) => [name, asJson(each)])));
      }),
      { numRuns: 100 },
    );
  });

  test("an encrypted JWT it wrote opens here, unless it carries times of its own", async () => {
    const jwt = () => new EncryptJWT({ licence_no: "DE-1" }).setSubject(binding.sub).setIssuedAt(binding.iat);
    const plain = await jwt().setProtectedHeader(header).encrypt(dataKey.key);
    expect(await open(value(plain))).toEqual(new Map([["licence_no", "DE-1"]]));
    const expiring = await jwt().setExpirationTime("1h").setProtectedHeader(header).encrypt(dataKey.key);
    await expect(open(value(expiring))).rejects.toMatchObject({ code: "SEALED_MALFORMED" });
  });

  test("what it compressed, or encrypted directly, is refused before any key is asked for", async () => {
    const plaintext = Buffer.from(JSON.stringify(binding));
    const zipped = await new CompactEncrypt(plaintext)
      .setProtectedHeader({ ...header, zip: "DEF" })
      .encrypt(dataKey.key);
    const direct = await new CompactEncrypt(plaintext)
      .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
      .encrypt(dataKey.key);
    for (const jwe of [zipped, direct]) {
      const outcome = openEnvelope(value(jwe), binding, async () => {
        throw new Error("asked for a key");
      });
      await expect(outcome).rejects.toMatchObject({
        code: "SEALED_MALFORMED",
        message: "the envelope has another JWE header than A256KW with A256GCM",
      });
    }
  });
});

test("a data key of the wrong size is an integrity failure like any other", async () => {
  const sealed = sealEnvelope(new Map(), binding, dataKey, null);
  await expect(openEnvelope(sealed, binding, async () => createSecretKey(randomBytes(16)))).rejects.toMatchObject({
    code: "SEALED_INTEGRITY",
    message: "the envelope does not decrypt under its data key",
  });
});

test("a refusal to unwrap is passed on as it is", async () => {
  const sealed = sealEnvelope(new Map(), binding, dataKey, null);
  const refusal = new Error("out of reach");
  await expect(openEnvelope(sealed, binding, () => Promise.reject(refusal))).rejects.toBe(refusal);
});
