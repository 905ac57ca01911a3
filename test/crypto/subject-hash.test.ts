import { createHmac, createSecretKey } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pseudonymizer } from "../../crypto/pseudonym.ts";
import { subjectHash } from "../../crypto/subject-hash.ts";

const bytes = Buffer.alloc(32, 7);
const root = createSecretKey(bytes);

test("a subject's name is an HMAC over its label, pool and sub, each with its length before it", () => {
  const part = (text: string): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length * 2);
    return Buffer.concat([length, Buffer.from(text, "utf16le")]);
  };
  const expected = createHmac("sha256", bytes)
    .update(Buffer.concat(["claimseal/subject/v1", "eu-central-1_A", "sub-1"].map(part)))
    .digest()
    .subarray(0, 16)
    .toString("base64url");
  expect(subjectHash(root, "eu-central-1_A")("sub-1")).toBe(expected);
  expect(expected).toMatch(/^[A-Za-z0-9_-]{22}$/);
});

test("no subject's name is a pseudonym of the same value, in whatever audience, pool or attribute", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (pool, name, attribute, value) => {
      const pseudonyms = (["client", "resource-server"] as const).map((kind) =>
        pseudonymizer(root, pool)(
          kind === "client" ? { kind, id: name } : { kind, identifier: name },
          attribute,
          value,
        ),
      );
      expect(pseudonyms).not.toContain(subjectHash(root, pool)(value));
    }),
  );
});

test("two pools and two subjects have different names", () => {
  const names = [
    subjectHash(root, "eu-central-1_A")("1"),
    subjectHash(root, "eu-central-1_B")("1"),
    subjectHash(root, "eu-central-1_A")("2"),
    subjectHash(createSecretKey(Buffer.alloc(32, 8)), "eu-central-1_A")("1"),
  ];
  expect(new Set(names).size).toBe(4);
});
