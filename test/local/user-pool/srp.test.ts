import { createDiffieHellmanGroup } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createVerifier, isSigned, openExchange, toNumber } from "../../../local/user-pool/srp.ts";
import { exchange, modPow, N, sign, verifierOf } from "./srp-client.ts";

const secret = { realm: "EmBeDdEd1", id: "anna", password: "Correct-Horse-7" };

/** Both sides of one exchange, by two programs that share nothing. */
function meet(salt: bigint, a: bigint, b: bigint) {
  const kept = createVerifier(secret, secret.password, salt);
  const opened = openExchange(kept, modPow(2n, a), b);
  if (opened === null) throw new Error("no exchange");
  return { kept, opened, client: exchange(secret, salt, opened.serverPublic, a) };
}

const digits = (value: bigint): number => value.toString(16).length;

test("the client's prime, made of the digits of pi, is that of group 15", () => {
  expect(N).toBe(toNumber(createDiffieHellmanGroup("modp15").getPrime()));
});

describe("server and client come to the same key", () => {
  const salt = 0x5a17n;
  // Numbers that happen to begin with a zero byte; each test makes sure that its number still does.
  const cases: readonly [what: string, salt: bigint, a: bigint, b: bigint, shows: () => boolean][] = [
    ["a salt with an odd number of digits", 0x5a1n, 3001n, 12345n, () => digits(0x5a1n) % 2 === 1],
    ["a salt with its top bit set", 0xff00n, 3001n, 12345n, () => 0xff00n >> 15n === 1n],
    ["a salt of zero", 0n, 3001n, 12345n, () => digits(0n) === 1],
    ["a client's number that begins with zeros", salt, 2109n, 12345n, () => digits(modPow(2n, 2109n)) < 766],
    [
      "a server's number that begins with zeros",
      salt,
      3001n,
      3329n,
      () => digits(meet(salt, 3001n, 3329n).opened.serverPublic) < 767,
    ],
    ["a scrambler that begins with zeros", salt, 2109n, 12345n, () => digits(meet(salt, 2109n, 12345n).client.u) < 63],
    [
      "a shared number that begins with zeros",
      salt,
      3371n,
      12345n,
      () => digits(meet(salt, 3371n, 12345n).client.S) < 767,
    ],
  ];
  test.for(cases)("over %s", ([, salt, a, b, shows]) => {
    expect(shows()).toBe(true);
    const { kept, opened, client } = meet(salt, a, b);
    expect(kept).toEqual({ salt, verifier: verifierOf(secret, salt) });
    expect(opened.key).toEqual(client.key);
    expect(opened.key).toHaveLength(16);
  });

  test("whatever numbers they draw", () => {
    const drawn = fc.bigInt({ min: 1n, max: 2n ** 256n - 1n });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), drawn, drawn, (salt, a, b) => {
        const { opened, client } = meet(salt, a, b);
        expect(opened.key).toEqual(client.key);
      }),
      { numRuns: 20 },
    );
  });
});

test("a client's number that is no number of the group opens nothing", () => {
  const kept = createVerifier(secret, secret.password);
  expect([0n, N, 3n * N].map((number) => openExchange(kept, number))).toEqual([null, null, null]);
});

test("two verifiers of one password have nothing in common", () => {
  const [one, other] = [createVerifier(secret, secret.password), createVerifier(secret, secret.password)];
  expect(one.salt).not.toBe(other.salt);
  expect(one.verifier).not.toBe(other.verifier);
});

test("a signature holds for one key, person, pool, secret block and time", () => {
  const key = Buffer.alloc(16, 7);
  const claim = {
    realm: "pool",
    id: "anna",
    secretBlock: Buffer.from("block"),
    timestamp: "Tue Nov 3 09:05:07 UTC 2026",
  };
  const signature = Buffer.from(sign(key, claim, claim.secretBlock.toString("base64"), claim.timestamp), "base64");
  expect(isSigned(key, claim, signature)).toBe(true);
  const others = [
    { ...claim, realm: "pools" },
    { ...claim, id: "eve" },
    { ...claim, secretBlock: Buffer.from("blocks") },
    { ...claim, timestamp: "Tue Nov 3 09:05:08 UTC 2026" },
  ];
  expect(others.map((other) => isSigned(key, other, signature))).toEqual([false, false, false, false]);
  expect(isSigned(Buffer.alloc(16, 8), claim, signature)).toBe(false);
  expect(isSigned(key, claim, signature.subarray(1))).toBe(false);
});
