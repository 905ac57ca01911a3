import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jwtDecrypt } from "jose";
import { describe, expect, test } from "vitest";
import { openEnvelope } from "../../crypto/open-envelope.ts";
import { sealEnvelope } from "../../crypto/seal-envelope.ts";
import { bytes, dataKeyOf, type OpenVector, type RefuseVector, readVectors, unwrapVectors } from "./vectors.ts";

const open = readVectors<OpenVector>("open.json");
const refuse = readVectors<RefuseVector>("refuse.json");
const never = new AbortController().signal;

describe("the frozen envelopes that open", () => {
  test.for(open.vectors)("$name: open to their claims", async ({ value, token, claims, dataKey }) => {
    const { context } = dataKeyOf(open, dataKey);
    const unwrap = unwrapVectors(open);
    const opened = await openEnvelope(value, token, (wrapped) => unwrap("key", context, wrapped, never));
    expect(opened).toEqual(new Map(Object.entries(claims)));
  });

  test.for(open.vectors)("$name: come out the same from the same random bytes", (vector) => {
    const drawn = [bytes(vector.contentKey), bytes(vector.iv)];
    const random = (size: number): Uint8Array => {
      const next = drawn.shift()!;
      expect(next).toHaveLength(size);
      return next;
    };
    const claims = new Map(Object.entries(vector.claims));
    const sealed = sealEnvelope(claims, vector.sealed, dataKeyOf(open, vector.dataKey), vector.padTo, random);
    expect(sealed).toBe(vector.value);
  });

  test.for(open.vectors)("$name: open with jose, given the data key alone", async (vector) => {
    const { key } = dataKeyOf(open, vector.dataKey);
    const jwe = vector.value.split("~")[2]!;
    const { payload, protectedHeader } = await jwtDecrypt(jwe, key, {
      subject: vector.token.sub,
      keyManagementAlgorithms: ["A256KW"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
    expect(protectedHeader).toEqual({ alg: "A256KW", enc: "A256GCM" });
    expect(payload).toEqual({ ...vector.sealed, ...vector.claims });
  });

  test("are at least five", () => {
    expect(open.vectors.length).toBeGreaterThanOrEqual(5);
  });
});

describe("the frozen envelopes that do not open", () => {
  test.for(refuse.vectors)("$name: $code", async ({ value, token, context, code }) => {
    const unwrap = unwrapVectors(refuse);
    await expect(openEnvelope(value, token, (wrapped) => unwrap("key", context, wrapped, never))).rejects.toMatchObject(
      { name: "CryptoError", code },
    );
  });

  test("ask for no data key where the form is already wrong", async () => {
    const asked: string[] = [];
    for (const { name, value, token, code } of refuse.vectors) {
      const outcome = openEnvelope(value, token, async () => {
        asked.push(`${code} ${name}`);
        throw new Error("out of reach");
      });
      await expect(outcome).rejects.toThrow(/^(the envelope |out of reach)/);
    }
    // What is wrong with these stands inside, where only the key leads; everything else was settled by the form.
    const inside = /plaintext|JSON objects|byte order|padding with|named twice|two ways|nested|reserved/;
    expect(asked.filter((name) => name.startsWith("SEALED_MALFORMED") && !inside.test(name))).toEqual([]);
  });

  test("say nothing of what is inside or of the token", async () => {
    for (const { value, token, context } of refuse.vectors) {
      const unwrap = unwrapVectors(refuse);
      const outcome: unknown = await openEnvelope(value, token, (wrapped) =>
        unwrap("key", context, wrapped, never),
      ).catch((error: unknown) => error);
      expect(String(outcome)).not.toMatch(/DE-48213377|7d8ca528|1763805|licence/);
    }
  });

  test("are at least twenty-five, of every code", () => {
    expect(refuse.vectors.length).toBeGreaterThanOrEqual(25);
    expect(new Set(refuse.vectors.map(({ code }) => code)).size).toBe(3);
  });
});

test("the vectors are what their script writes", () => {
  const folder = mkdtempSync(join(tmpdir(), "claimseal-vectors-"));
  try {
    execFileSync(process.execPath, ["tools/make-vectors.mjs", folder], { stdio: "ignore" });
    expect(readVectors("open.json", folder)).toEqual(open);
    expect(readVectors("refuse.json", folder)).toEqual(refuse);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
