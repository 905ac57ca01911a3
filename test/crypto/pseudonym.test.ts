import { createHmac, createSecretKey, randomBytes, webcrypto } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lengthPrefixed } from "../../crypto/length-prefixed.ts";
import { type PseudonymAudience, pseudonymizer } from "../../crypto/pseudonym.ts";

const ROOT = Buffer.from("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "hex");
const root = createSecretKey(ROOT);
const POOL = "eu-central-1_Example01";
const web: PseudonymAudience = { kind: "client", id: "1web" };
const care: PseudonymAudience = { kind: "resource-server", identifier: "care-api" };

/** RFC 2104 by another implementation, over bytes put together in another way. */
async function independently(parts: readonly string[]): Promise<string> {
  const bytes: number[] = [];
  for (const part of parts) {
    const size = part.length * 2;
    bytes.push((size >>> 24) & 255, (size >>> 16) & 255, (size >>> 8) & 255, size & 255);
    for (let at = 0; at < part.length; at += 1) bytes.push(part.charCodeAt(at) & 255, part.charCodeAt(at) >>> 8);
  }
  const { subtle } = webcrypto;
  const key = await subtle.importKey("raw", ROOT, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = Buffer.from(await subtle.sign("HMAC", key, Uint8Array.from(bytes)));
  return mac.subarray(0, 16).toString("base64url");
}

/** Frozen: whoever changes one gives every person in every log another name. */
const VECTORS: readonly (readonly [audience: PseudonymAudience, attribute: string, value: string, is: string])[] = [
  [web, "staff.licenceNo", "DE-48213377", "xWR2BjNgvDK55aGCoQgYGg"],
  [care, "staff.licenceNo", "DE-48213377", "5Rhu5GYBOPaGhzxDOw2MHw"],
  [web, "user.email", "anna@example.eu", "OkixbBJ-N5YWyyWZKB76GQ"],
  [web, "staff.legalName", "Åsa Ωmega 🩺", "VZtC08vfsV3i06flUnlUfQ"],
  [web, "staff.licenceNo", "", "m37-vWQVeS51BZZ0RDpnlQ"],
];

describe("a pseudonym", () => {
  test.for(VECTORS)("is for ever the same: %j, %s, %s", async ([audience, attribute, value, is]) => {
    expect(pseudonymizer(root, POOL)(audience, attribute, value)).toBe(is);
    const name = audience.kind === "client" ? audience.id : audience.identifier;
    const parts = ["claimseal/pseudonym/v1", POOL, audience.kind, name, attribute, value];
    expect(await independently(parts)).toBe(is);
  });

  test("is 22 characters of base64url whatever it stands for", () => {
    const text = fc.string({ unit: "binary", maxLength: 200 });
    fc.assert(
      fc.property(text, text, text, text, (pool, id, attribute, value) => {
        const pseudonym = pseudonymizer(root, pool)({ kind: "client", id }, attribute, value);
        expect(pseudonym).toMatch(/^[A-Za-z0-9_-]{22}$/);
        expect(Buffer.from(pseudonym, "base64url")).toHaveLength(16);
      }),
    );
  });

  test("depends on every one of its parts, and on the root", () => {
    type Parts = { pool: string; kind: "client" | "resource-server"; name: string; attribute: string; value: string };
    const text = fc.string({ maxLength: 6 });
    const parts: fc.Arbitrary<Parts> = fc.record({
      pool: text,
      kind: fc.constantFrom("client", "resource-server"),
      name: text,
      attribute: text,
      value: text,
    });
    const of = ({ pool, kind, name, attribute, value }: Parts, key = root): string =>
      pseudonymizer(key, pool)(kind === "client" ? { kind, id: name } : { kind, identifier: name }, attribute, value);
    const changes = fc.constantFrom("pool", "name", "attribute", "value");
    fc.assert(
      fc.property(parts, changes, text, (one, part, other) => {
        fc.pre(one[part] !== other);
        expect(of({ ...one, [part]: other })).not.toBe(of(one));
        expect(of({ ...one, kind: one.kind === "client" ? "resource-server" : "client" })).not.toBe(of(one));
        expect(of(one, createSecretKey(randomBytes(32)))).not.toBe(of(one));
        expect(of({ ...one })).toBe(of(one));
      }),
    );
  });

  test("does not move when text moves from one part to the next", () => {
    const pseudonyms = [
      pseudonymizer(root, POOL)({ kind: "client", id: "ab" }, "c", "d"),
      pseudonymizer(root, POOL)({ kind: "client", id: "a" }, "bc", "d"),
      pseudonymizer(root, POOL)({ kind: "client", id: "a" }, "b", "cd"),
      pseudonymizer(root, `${POOL}a`)({ kind: "client", id: "b" }, "c", "d"),
    ];
    expect(new Set(pseudonyms).size).toBe(pseudonyms.length);
  });

  test("is no plain hash, and no MAC of the value alone", () => {
    const pseudonym = pseudonymizer(root, POOL)(web, "staff.licenceNo", "DE-48213377");
    const bare = createHmac("sha256", root).update("DE-48213377").digest().toString("base64url", 0, 16);
    expect(pseudonym).not.toBe(bare);
  });
});

test.for([16, 31, 33, 64])("a root of %i bytes makes none", (size) => {
  expect(() => pseudonymizer(createSecretKey(randomBytes(size)), POOL)).toThrow(
    new RangeError("root expected 32 bytes"),
  );
});

describe("length-prefixed texts", () => {
  // Unpaired surrogates too: JSON may carry them.
  const texts = fc.array(
    fc.string({ unit: fc.constantFrom("a", "b", "\0", "\uD800", "\uDC00", "\uFFFD"), maxLength: 3 }),
    {
      maxLength: 4,
    },
  );

  /** Reads the bytes back, without knowing how many texts there are. */
  function readBack(bytes: Buffer): string[] {
    const found: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = at + 4 + bytes.readUInt32BE(at);
      found.push(bytes.subarray(at + 4, end).toString("utf16le"));
      at = end;
    }
    return found;
  }

  test("are told apart, every list from every other: they can be read back", () => {
    fc.assert(
      fc.property(texts, (list) => {
        expect(readBack(lengthPrefixed(list))).toEqual(list);
      }),
      { numRuns: 2_000 },
    );
  });

  test.for<readonly [string, readonly string[], readonly string[]]>([
    ["text that moved", ["ab", "c"], ["a", "bc"]],
    ["an empty text more", ["a"], ["a", ""]],
    ["one list and two", [], [""]],
    ["two halves of pairs that UTF-8 writes alike", ["\uD800"], ["\uD801"]],
  ])("%s are other bytes", ([, one, other]) => {
    expect(lengthPrefixed(one).equals(lengthPrefixed(other))).toBe(false);
  });
});
