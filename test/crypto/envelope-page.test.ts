import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey, createSecretKey, diffieHellman } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { asymmetricLength } from "../../crypto/asymmetric-form.ts";
import { encodeBase64url } from "../../crypto/base64url.ts";
import { concatKdf } from "../../crypto/concat-kdf.ts";
import { BLOB_BOUNDS, blobLength, directLength } from "../../crypto/direct-form.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import {
  envelopeLength,
  MAX_PLAINTEXT_BYTES,
  PROTECTED_HEADER,
  WRAPPED_KEY_BOUNDS,
} from "../../crypto/envelope-form.ts";
import { RESERVED_INSIDE } from "../../crypto/envelope-plaintext.ts";
import { readPublicKey } from "../../crypto/p256.ts";
import { sealAsymmetric } from "../../crypto/seal-asymmetric.ts";
import { sealDirect } from "../../crypto/seal-direct.ts";
import { sealEnvelope } from "../../crypto/seal-envelope.ts";
import { UNWRAP_LIMITS } from "../../crypto/unwrap-cache.ts";
import { bytes, type OpenVector, readVectors } from "./vectors.ts";

const page = readFileSync("docs/reference/envelope.md", "utf8");
const blocks = [...page.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, language = "", text = ""]) => ({
  language,
  text,
}));

/** What a block of names and values says. */
const told = (index: number): Record<string, string> => {
  const text = blocks.filter(({ language }) => language === "text")[index]?.text ?? "";
  return Object.fromEntries([...text.matchAll(/^(\S+(?: \S+)*) {2,}(.+)$/gm)].map(([, name, value]) => [name, value]));
};
const files = readVectors<OpenVector>("open.json");
const fileOf = (name: string) => files.find(({ file }) => file === name)!;

describe("the page of the envelope", () => {
  test("has a worked example that runs and prints what it says", () => {
    const [script] = blocks.filter(({ language }) => language === "js");
    const output = execFileSync(process.execPath, ["--input-type=module"], { input: script!.text, encoding: "utf8" });
    expect(blocks.filter(({ language }) => language === "text")[1]?.text).toBe(output);
  });

  test("gives the parts of the first vector in mode envelope", () => {
    const file = fileOf("open.json");
    const { value, claims, sealed, contentKey } = file.vectors[0]!;
    const [, edk, jwe] = value.split("~");
    const [header, encryptedKey, iv, ciphertext, tag] = jwe!.split(".");
    expect(told(0)).toEqual({
      claims: JSON.stringify(claims),
      sub: sealed.sub,
      iat: String(sealed.iat),
      "data key": file.dataKeys![0]!.key,
      edk,
      "content key": contentKey,
      "kw-header": header,
      "encrypted-key": encryptedKey,
      iv,
      ciphertext,
      tag,
    });
    const json = JSON.stringify({ ...sealed, ...claims });
    expect(page).toContain(`has ${json.length} bytes and is padded to ${bytes(ciphertext!).length}: \`${json}\``);
    expect(page).toContain(`and ${bytes(ciphertext!).length - json.length} spaces`);
  });

  test("gives every number on the way to the first vector in mode asymmetric", () => {
    const file = fileOf("asymmetric-open.json");
    const { value, ephemeral, sealed, place, claims } = file.vectors[0]!;
    const { kid, jwk } = file.keys![0]!;
    const json = bytes(value.slice(2).split(".")[0]!).toString();
    const { epk } = JSON.parse(json) as { epk: Record<string, string> };
    const secret = diffieHellman({
      privateKey: createPrivateKey({ key: jwk, format: "jwk" }),
      publicKey: createPublicKey({ key: epk, format: "jwk" }),
    });
    expect(page).toContain(`pair \`${kid}\``);
    expect(told(2)).toEqual({
      "private key": jwk["d"],
      ephemeral,
      "ec-json": json,
      Z: encodeBase64url(secret),
      "content key": encodeBase64url(concatKdf(secret, { algorithm: "A256GCM", bits: 256 })),
      plaintext: JSON.stringify({ ...sealed, aud: place!.audience, pool: place!.poolId, ...claims }),
    });
  });

  test("gives the bounds that the code has", () => {
    const limits = Object.fromEntries(
      [...page.matchAll(/^\| (value in mode \S+|plaintext, [^|]*?) \| ([\d,]+) /gm)].map(([, what, limit]) => [
        what,
        Number(limit!.replace(",", "")),
      ]),
    );
    expect(limits).toEqual({
      "value in mode `envelope`": envelopeLength(MAX_PLAINTEXT_BYTES, WRAPPED_KEY_BOUNDS.max),
      "value in mode `asymmetric`": asymmetricLength(MAX_PLAINTEXT_BYTES),
      "value in mode `direct`": directLength(BLOB_BOUNDS.max),
      "plaintext, padding included": MAX_PLAINTEXT_BYTES,
    });
    expect(page).toContain(
      `; ${WRAPPED_KEY_BOUNDS.min} to ${WRAPPED_KEY_BOUNDS.max} bytes: the CiphertextBlob of a 256-bit`,
    );
    expect(page).toContain(`; ${BLOB_BOUNDS.min} to ${BLOB_BOUNDS.max} bytes: the CiphertextBlob of the plaintext`);
    expect(page).toContain(`kw-header     = "${PROTECTED_HEADER}"`);
    expect(page).toContain(`${UNWRAP_LIMITS.maxAgeMs / 60_000} minutes, 1,000 entries`);
    expect(UNWRAP_LIMITS).toMatchObject({ maxEntries: 1_000, failureMs: 1_000 });
  });

  test("names what is reserved inside and what stands in the context, no more and no less", () => {
    const [, list = ""] =
      /^- ((?:`\w+`(?:, | and )?)+) are no names of claims/m.exec(page.replaceAll("\n  ", " ")) ?? [];
    expect([...list.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual([...RESERVED_INSIDE]);
    const context = [...page.matchAll(/^\| `(claimseal:\w+)` \|/gm)].map(([, name]) => name);
    expect(context).toEqual([...Object.keys(encryptionContext("a", "p")), "claimseal:sub"]);
  });

  test("gives the sizes that envelopes have", async () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| (\d+) \| (\d+) \|$/gm)].map(([, ...row]) => row);
    const measured = ["envelope", "asymmetric", "direct"].map(async (mode) => {
      return [mode, ...(await Promise.all([1, 3, 8].map(async (count) => String(await addedTo(mode, count)))))];
    });
    expect(rows).toEqual(await Promise.all(measured));
  });
});

/** Characters of a token's payload more with an envelope than without. */
async function addedTo(mode: string, count: number): Promise<number> {
  const names = Array.from({ length: count }, (_, index) => `claim_${String(index).padStart(7, "0")}`);
  const claims = new Map(names.map((name) => [name, "x".repeat(24)]));
  const binding = { sub: "7d8ca528-4931-4254-9273-ea5ee853f271", iat: 1_763_805_600 };
  const value = await sealedBy(mode, claims, binding);
  return Math.ceil((`,"sealed_care_api":"${value}"`.length * 4) / 3);
}

async function sealedBy(
  mode: string,
  claims: ReadonlyMap<string, string>,
  binding: { readonly sub: string; readonly iat: number },
): Promise<string> {
  if (mode === "envelope") {
    return sealEnvelope(claims, binding, { key: createSecretKey(Buffer.alloc(32)), wrapped: Buffer.alloc(184) }, null);
  }
  if (mode === "direct") {
    return sealDirect(claims, binding, async (plaintext) => Buffer.alloc(blobLength(plaintext.byteLength)), null);
  }
  const { x, y } = fileOf("asymmetric-open.json").keys![0]!.jwk;
  const lead = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex");
  expect(page).toContain(lead.toString("hex"));
  const publicKey = readPublicKey(Buffer.concat([lead, bytes(x!), bytes(y!)]))!;
  const place = { audience: "care-api", poolId: "eu-central-1_AbCdEfGhI" };
  return sealAsymmetric(claims, { ...binding, place }, publicKey, null);
}
