import { generateKeySync } from "node:crypto";
import { expect, test } from "vitest";
import { CryptoError, type CryptoErrorCode } from "../../crypto/crypto-error.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { unwrapWithOneOf } from "../../crypto/unwrap-with-one-of.ts";

const context = encryptionContext("care-api", "eu-central-1_A");
const wrapped = Uint8Array.of(1, 2, 3);
const never = new AbortController().signal;
const key = generateKeySync("aes", { length: 256 });

type Outcome = CryptoErrorCode | "opens";

/** Asks for keys that are named after what they do, and tells which were asked. */
async function ask(outcomes: readonly Outcome[]): Promise<{ result: unknown; asked: string[] }> {
  const asked: string[] = [];
  const unwrap = unwrapWithOneOf(async (keyId, ...rest) => {
    expect(rest).toEqual([context, wrapped, never]);
    asked.push(keyId);
    if (keyId === "opens") return key;
    throw new CryptoError(keyId as CryptoErrorCode, `it is ${keyId}`);
  });
  const result = await unwrap(outcomes, context, wrapped, never).catch((error: unknown) => error);
  return { result, asked };
}

test.for<readonly [string, readonly Outcome[]]>([
  ["the first", ["opens", "SEALED_INTEGRITY"]],
  ["the successor of a key that is not the blob's", ["SEALED_INTEGRITY", "opens"]],
  ["the successor of a key that was retired", ["KEY_ACCESS_DENIED", "opens"]],
])("%s opens, and no key after it is asked for", async ([, outcomes]) => {
  expect(await ask(outcomes)).toEqual({ result: key, asked: outcomes.slice(0, outcomes.indexOf("opens") + 1) });
});

test.for<readonly [Outcome, readonly Outcome[], number]>([
  ["SEALED_INTEGRITY", ["SEALED_INTEGRITY", "SEALED_INTEGRITY"], 2],
  ["KEY_ACCESS_DENIED", ["KEY_ACCESS_DENIED", "SEALED_INTEGRITY"], 2],
  ["KEY_ACCESS_DENIED", ["SEALED_INTEGRITY", "KEY_ACCESS_DENIED"], 2],
  ["KEY_UNAVAILABLE", ["KEY_UNAVAILABLE", "opens"], 1],
  ["SEALED_INTEGRITY", [], 0],
])("it ends with %s for %j", async ([code, outcomes, calls]) => {
  const { result, asked } = await ask(outcomes);
  expect(result).toMatchObject({ name: "CryptoError", code });
  expect(asked).toHaveLength(calls);
});

test("what is no CryptoError is passed on as it is", async () => {
  const bug = new TypeError("a bug");
  const unwrap = unwrapWithOneOf(() => Promise.reject(bug));
  await expect(unwrap(["one", "two"], context, wrapped, never)).rejects.toBe(bug);
});
