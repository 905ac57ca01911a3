import { describe, expect, test } from "vitest";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { blobLength, readDirect, writeDirect } from "../../crypto/direct-form.ts";
import { sealedSize } from "../../crypto/envelope-size.ts";
import { openDirect } from "../../crypto/open-direct.ts";
import { sealDirect } from "../../crypto/seal-direct.ts";
import type { Json } from "../../crypto/strict-json.ts";
import { newBackingKey, unwrap, wrap } from "../../local/kms/blob.ts";

const kmsKey = newBackingKey();
const token = { sub: "7d8ca528-4931-4254-9273-ea5ee853f271", iat: 1_763_805_600 };
const claims = new Map<string, Json>([["licence_no", "DE-48213377"]]);

/** KMS's own blobs, under a context that names the subject. */
const encrypt = async (plaintext: Uint8Array): Promise<Uint8Array> => wrap(kmsKey, plaintext, token.sub);
const decryptFor =
  (sub: string) =>
  async (blob: Uint8Array): Promise<Uint8Array> => {
    const plaintext = unwrap(kmsKey, blob, sub);
    if (plaintext === undefined) throw new CryptoError("SEALED_INTEGRITY", "another context");
    return plaintext;
  };
const seal = (inside = claims, padTo: number | null = null) => sealDirect(inside, token, encrypt, padTo);
const open = (value: string, expected = token) => openDirect(value, expected, decryptFor(expected.sub));

test("what KMS encrypted opens to the claims that were sealed", async () => {
  expect(await open(await seal())).toEqual(claims);
});

test("a blob is as long as was counted beforehand, for every length there can be", () => {
  const lengths = Array.from({ length: 4_096 }, (_, index) => index + 1);
  expect(lengths.map((bytes) => wrap(kmsKey, Buffer.alloc(bytes), "").byteLength)).toEqual(lengths.map(blobLength));
});

test("the subject stands in the context, and is counted as if it stood inside", async () => {
  const plaintext = unwrap(kmsKey, readDirect(await seal()), token.sub)!;
  expect(JSON.parse(plaintext.toString())).toEqual({ iat: token.iat, licence_no: "DE-48213377" });
  expect(plaintext).toHaveLength(128 - `"sub":"${token.sub}",`.length);
});

test("lengths show the number of 64-byte steps, the same as in other modes", async () => {
  const base = JSON.stringify({ ...token, note: "" }).length;
  const lengths = new Map<number, Set<number>>();
  for (let bytes = base; bytes <= 600; bytes += 1) {
    const value = await seal(new Map([["note", "n".repeat(bytes - base)]]));
    const step = Math.ceil(bytes / 64);
    lengths.set(step, (lengths.get(step) ?? new Set()).add(value.length));
    expect(value.length).toBeLessThanOrEqual(sealedSize("direct", bytes));
  }
  expect([...lengths.values()].map(({ size }) => size)).toEqual([...lengths].map(() => 1));
});

test("a subject inside is compared as well, so that others may write one there", async () => {
  const written = async (sub: string) =>
    writeDirect(wrap(kmsKey, Buffer.from(JSON.stringify({ sub, iat: token.iat, a: 1 })), token.sub));
  expect(await open(await written(token.sub))).toEqual(new Map([["a", 1]]));
  await expect(open(await written("somebody else"))).rejects.toMatchObject({
    code: "SEALED_BINDING",
    message: "the envelope belongs to another subject",
  });
});

test("KMS's limit is the envelope's: 4,096 bytes", async () => {
  await expect(seal(new Map([["note", "n".repeat(4_096)]]))).rejects.toMatchObject({ code: "SEAL_TOO_LARGE" });
  await expect(seal(new Map([["note", "n".repeat(4_000)]]))).resolves.toMatch(/^1~/);
});

test("an answer no reader would take is not sent", async () => {
  for (const bytes of [0, 74, 4_609]) {
    await expect(sealDirect(claims, token, async () => new Uint8Array(bytes), null)).rejects.toMatchObject({
      code: "KEY_UNAVAILABLE",
      message: "KMS answered with a ciphertext that no reader takes",
    });
  }
});

test("the plaintext is overwritten, whether KMS answers or not", async () => {
  const seen: Uint8Array[] = [];
  const failing = async (plaintext: Uint8Array): Promise<Uint8Array> => {
    seen.push(plaintext);
    throw new CryptoError("KEY_UNAVAILABLE", "KMS cannot be asked");
  };
  await expect(sealDirect(claims, token, failing, null)).rejects.toMatchObject({ code: "KEY_UNAVAILABLE" });
  expect(seen.map((each) => each.every((byte) => byte === 0))).toEqual([true]);
});

describe("a malformed value", () => {
  test.for<readonly [string, (value: string) => string]>([
    ["nothing", () => ""],
    ["another version", (value) => `2${value.slice(1)}`],
    ["a part too many", (value) => `${value}~AAAA`],
    ["padding characters", (value) => `${value}=`],
    ["another alphabet", (value) => `1~+${value.slice(3)}`],
    ["a blob that is too short", () => writeDirect(new Uint8Array(74))],
    ["a blob that is too long", () => writeDirect(new Uint8Array(4_609))],
  ])("(%s) is SEALED_MALFORMED, and KMS is not asked", async ([, spoil]) => {
    const value = spoil(await seal());
    const asked = openDirect(value, token, () => Promise.reject(new Error("KMS was asked")));
    await expect(asked).rejects.toMatchObject({ name: "CryptoError", code: "SEALED_MALFORMED" });
  });
});
