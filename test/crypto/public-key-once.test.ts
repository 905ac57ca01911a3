import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { publicKeyOnce } from "../../crypto/public-key-once.ts";

const never = new AbortController().signal;
const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

/** A loader that a test commands. */
function fakes() {
  const clock = { wall: 1_000_000_000, steady: 0 };
  const asked: string[] = [];
  const kms = { answer: async () => publicKey };
  const load = publicKeyOnce(
    (keyId) => {
      asked.push(keyId);
      return kms.answer();
    },
    undefined,
    () => ({ ...clock }),
  );
  return { clock, asked, kms, load };
}

test("a public key is asked for once, however many want it and however long it serves", async () => {
  const { clock, asked, load } = fakes();
  const keys = await Promise.all([load("key", never), load("key", never), load("key", never)]);
  clock.wall += 365 * 86_400_000;
  expect([...keys, await load("key", never)]).toEqual([publicKey, publicKey, publicKey, publicKey]);
  expect(asked).toEqual(["key"]);
  await load("another", never);
  expect(asked).toEqual(["key", "another"]);
});

test("a failure is forgotten, and is whoever's it was", async () => {
  const { asked, kms, load } = fakes();
  kms.answer = () => Promise.reject(new CryptoError("KEY_UNAVAILABLE", "KMS could not be asked: ECONNRESET"));
  await expect(load("key", never)).rejects.toMatchObject({
    code: "KEY_UNAVAILABLE",
    message: "KMS could not be asked: ECONNRESET",
  });
  kms.answer = async () => publicKey;
  expect(await load("key", never)).toBe(publicKey);
  expect(asked).toEqual(["key", "key"]);
});

test("a caller that gives up leaves the request to the others", async () => {
  const { asked, kms, load } = fakes();
  let arrive = (): void => {};
  kms.answer = () =>
    new Promise((resolve) => {
      arrive = () => resolve(publicKey);
    });
  const gone = new AbortController();
  const [first, second] = [load("key", gone.signal), load("key", never)];
  gone.abort();
  await expect(first).rejects.toMatchObject({
    code: "KEY_UNAVAILABLE",
    message: "the public key did not arrive before the caller's deadline",
  });
  arrive();
  expect(await second).toBe(publicKey);
  expect(asked).toEqual(["key"]);
});

test("a request that was under way when the environment was frozen is made anew", async () => {
  const { clock, asked, kms, load } = fakes();
  kms.answer = () => new Promise(() => {});
  void load("key", never);
  clock.wall += 1_399;
  void load("key", never);
  expect(asked).toEqual(["key"]);
  clock.wall += 1;
  kms.answer = async () => publicKey;
  expect(await load("key", never)).toBe(publicKey);
  expect(asked).toEqual(["key", "key"]);
});
