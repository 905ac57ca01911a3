import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decoyDigest, digestOf, makeDisclosure, readDisclosure } from "../../crypto/disclosure.ts";
import type { Json } from "../../crypto/strict-json.ts";
import { runs } from "../runs.ts";

/** Of RFC 9901, sections 4.2.3 and 5.1: the disclosure's JSON as it is spelled there, and its digest. */
const VECTORS: readonly (readonly [name: string, json: string, digest: string])[] = [
  [
    "family_name",
    '["_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"]',
    "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
  ],
  ["given_name", '["2GLC42sKQveCfGfryNRN9w", "given_name", "John"]', "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4"],
  ["family_name", '["eluV5Og3gSNII8EYnsxA_A", "family_name", "Doe"]', "TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo"],
  [
    "email",
    '["6Ij7tM-a5iVPGboS5tmvVA", "email", "johndoe@example.com"]',
    "JzYjH4svliH0R3PyEMfeZu6Jt69u5qehZo7F7EPYlSE",
  ],
  [
    "phone_number_verified",
    '["Qg_O64zqAxe412a108iroA", "phone_number_verified", true]',
    "XQ_3kPKt1XyX7KANkqVR6yZ2Va5NrPIvPYbyMvRKBMM",
  ],
  [
    "address",
    '["AJx-095VPrpTtN4QMOqROA", "address", {"street_address": "123 Main St", "locality": "Anytown", "region": "Anystate", "country": "US"}]',
    "XzFrzwscM6Gn6CJDc6vVK8BkMnfG8vOSKfpPIZdAfdE",
  ],
  ["updated_at", '["G02NSrQfjFXQ7Io09syajA", "updated_at", 1570000000]', "CrQe7S5kqBAHt-nMYXgc6bdt2SH5aTY1sU_M-PgkjPI"],
];

const b64 = (text: string): string => Buffer.from(text).toString("base64url");

test.for(VECTORS)(
  "RFC 9901's example for %s has the digest it has there, and reads as it does",
  ([name, json, digest]) => {
    const [salt, , value] = JSON.parse(json) as [string, string, Json];
    expect(digestOf(b64(json))).toBe(digest);
    expect(readDisclosure(b64(json))).toEqual({ salt, name, value });
  },
);

test("what is made reads as what it was made of, with 128 bits of salt that never come twice", () => {
  const salts = new Set<string>();
  fc.assert(
    fc.property(fc.string(), fc.jsonValue({ maxDepth: 3 }), (name, value) => {
      const json = JSON.parse(JSON.stringify(value)) as Json;
      const read = readDisclosure(makeDisclosure(name, json));
      expect(read).toEqual({ salt: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/), name, value: json });
      expect(salts.has(read?.salt ?? "")).toBe(false);
      salts.add(read?.salt ?? "");
    }),
    { numRuns: runs(400) },
  );
});

test("a decoy looks like any digest, and is another each time", () => {
  const decoys = Array.from({ length: 50 }, () => decoyDigest());
  expect(new Set(decoys).size).toBe(50);
  expect(decoys.every((each) => /^[A-Za-z0-9_-]{43}$/.test(each))).toBe(true);
  expect(digestOf(makeDisclosure("employer", "Klinikum"))).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

describe("what is no disclosure of one claim reads as none", () => {
  test.for([
    ["nothing", ""],
    ["other characters", "WyJ+"],
    ["padding", `${b64('["s","n",1]')}=`],
    ["stray bits", "WyJzIiwibiIsMTFd".replace(/d$/, "e")],
    ["bytes that are no UTF-8", Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]).toString("base64url")],
    ["no JSON", b64("[")],
    ["an object", b64('{"salt":"s","name":"n","value":1}')],
    ["an item of a list", b64('["salt","value"]')],
    ["four parts", b64('["salt","name","value",1]')],
    ["a salt that is no text", b64('[1,"name","value"]')],
    ["a name that is no text", b64('["salt",null,"value"]')],
    ["a member named twice", b64('["salt","name",{"a":1,"a":2}]')],
    ["digests inside", b64('["salt","name",{"deep":[{"_sd":[]}]}]')],
    ["a list's digest inside", b64('["salt","name",[{"...":"X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"}]]')],
    ["more than 8,192 characters", b64(JSON.stringify(["salt", "name", "v".repeat(6_200)]))],
  ])("%s", ([, text = ""]) => {
    expect(readDisclosure(text)).toBeNull();
  });
});
