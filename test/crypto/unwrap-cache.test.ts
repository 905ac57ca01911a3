import { generateKeySync, type KeyObject } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { EncryptionContext } from "../../crypto/data-key.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { type UnwrapLimits, unwrapCache, type Within } from "../../crypto/unwrap-cache.ts";
import type { UnwrapWithOneOf } from "../../crypto/unwrap-with-one-of.ts";

const care = encryptionContext("care-api", "eu-central-1_A");
const never = new AbortController().signal;
const blob = (number: number): Uint8Array => Uint8Array.of(number >> 8, number & 255);

/** A cache over an unwrapping that a test commands. */
function fakes(limits: UnwrapLimits = {}) {
  const clock = { wall: 1_000_000_000, steady: 0 };
  const calls: { keyIds: readonly string[]; context: EncryptionContext; signal: AbortSignal }[] = [];
  const kms: { answer: () => Promise<KeyObject> } = { answer: async () => generateKeySync("aes", { length: 256 }) };
  const unwrap: UnwrapWithOneOf = (keyIds, context, _, signal) => {
    calls.push({ keyIds, context, signal });
    return kms.answer();
  };
  const cached = unwrapCache(unwrap, limits, () => ({ ...clock }));
  const open = (
    number = 1,
    signal: Within = never,
    context = care,
    keyIds: readonly string[] = ["key"],
  ): Promise<KeyObject> => cached(keyIds, context, blob(number), signal);
  const pass = (ms: number): void => {
    clock.wall += ms;
    clock.steady += ms;
  };
  return { clock, calls, kms, open, pass };
}

describe("an unwrapped key", () => {
  test("is asked for once in fifteen minutes", async () => {
    const { open, pass, calls } = fakes();
    const first = await open();
    pass(899_999);
    expect(await open()).toBe(first);
    expect(calls).toHaveLength(1);
    pass(1);
    expect(await open()).not.toBe(first);
    expect(calls).toHaveLength(2);
  });

  test("costs whoever finds it held no deadline", async () => {
    const { open } = fakes();
    let deadlines = 0;
    const within = (): AbortSignal => {
      deadlines += 1;
      return never;
    };
    const first = await open(1, within);
    expect([await open(1, within), deadlines]).toEqual([first, 1]);
  });

  test("ages in a frozen environment and under a clock that is set back", async () => {
    const frozen = fakes();
    await frozen.open();
    frozen.clock.wall += 900_000;
    await frozen.open();
    expect(frozen.calls).toHaveLength(2);
    const setBack = fakes();
    await setBack.open();
    setBack.clock.wall -= 86_400_000;
    setBack.pass(900_000);
    await setBack.open();
    expect(setBack.calls).toHaveLength(2);
  });

  test("is never given for another context, other keys or another blob", async () => {
    const { open, calls } = fakes();
    await open(1);
    await open(2);
    await open(1, never, encryptionContext("billing-api", "eu-central-1_A"));
    await open(1, never, encryptionContext("care-api", "eu-central-1_B"));
    await open(1, never, care, ["another key"]);
    await open(1, never, care, ["key", "another key"]);
    expect(calls).toHaveLength(6);
    expect(calls[2]?.context["claimseal:aud"]).toBe("billing-api");
    expect(calls[5]?.keyIds).toEqual(["key", "another key"]);
  });

  test("makes room when a thousand others were used since", async () => {
    const { open, calls } = fakes();
    for (let number = 0; number < 1000; number += 1) await open(number);
    await open(0);
    await open(1000);
    expect(calls).toHaveLength(1001);
    await open(0);
    expect(calls).toHaveLength(1001);
    await open(1);
    expect(calls).toHaveLength(1002);
  });
});

describe("callers that arrive together", () => {
  test("share one request, which carries none of their signals", async () => {
    const { open, calls } = fakes();
    const signals = Array.from({ length: 5 }, () => new AbortController().signal);
    const keys = await Promise.all(signals.map((signal) => open(1, signal)));
    expect(new Set(keys).size).toBe(1);
    expect(calls).toHaveLength(1);
    expect(signals).not.toContain(calls[0]?.signal);
  });

  test("do not lose it when one of them gives up", async () => {
    const { open, kms } = fakes();
    const key = generateKeySync("aes", { length: 256 });
    let arrive: (key: KeyObject) => void = () => {};
    const arrival = new Promise<KeyObject>((resolve) => {
      arrive = resolve;
    });
    kms.answer = () => arrival;
    const impatient = new AbortController();
    const [first, second] = [open(1, impatient.signal), open(1)];
    impatient.abort();
    await expect(first).rejects.toMatchObject({
      name: "CryptoError",
      code: "KEY_UNAVAILABLE",
      message: "the data key was not unwrapped before the caller's deadline",
    });
    arrive(key);
    expect(await second).toBe(key);
    expect(await open(1)).toBe(key);
  });
});

describe("a failure", () => {
  const refusal = new CryptoError("SEALED_INTEGRITY", "not this key");

  test("stands for one second, from when it came", async () => {
    const { open, pass, kms, calls } = fakes();
    kms.answer = () => {
      pass(1_500);
      return Promise.reject(refusal);
    };
    await expect(open()).rejects.toBe(refusal);
    pass(999);
    await expect(open()).rejects.toBe(refusal);
    expect(calls).toHaveLength(1);
    pass(1);
    kms.answer = async () => generateKeySync("aes", { length: 256 });
    await expect(open()).resolves.toBeDefined();
    expect(calls).toHaveLength(2);
  });

  test("of one blob is none of another", async () => {
    const { open, kms } = fakes();
    kms.answer = () => Promise.reject(refusal);
    await expect(open(1)).rejects.toBe(refusal);
    kms.answer = async () => generateKeySync("aes", { length: 256 });
    await expect(open(2)).resolves.toBeDefined();
  });

  test("does not let an expired key come back", async () => {
    const { open, pass, kms } = fakes();
    await open();
    pass(900_000);
    kms.answer = () => Promise.reject(new CryptoError("KEY_UNAVAILABLE", "KMS could not be asked: TimeoutError"));
    await expect(open()).rejects.toMatchObject({ code: "KEY_UNAVAILABLE" });
  });
});

test("a request that was under way when the environment froze is not waited for after it", async () => {
  const { open, kms, clock } = fakes();
  kms.answer = () => new Promise(() => {});
  void open();
  clock.wall += 2_000;
  kms.answer = async () => generateKeySync("aes", { length: 256 });
  await expect(open()).resolves.toBeDefined();
});

test("over any use no more entries are asked for than were forgotten, expired or new", async () => {
  const limits = { maxAgeMs: 1_000, maxEntries: 3, failureMs: 10, requestMs: 100 };
  const steps = fc.array(fc.record({ blob: fc.nat(5), ms: fc.nat(400) }), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const { open, pass, calls } = fakes(limits);
      // Books kept apart: when each blob was last asked for, and the blobs in the order of their use.
      let time = 0;
      let expected = 0;
      const asked = new Map<number, number>();
      for (const { blob: number, ms } of script) {
        pass(ms);
        time += ms;
        if (!(time - (asked.get(number) ?? Number.NEGATIVE_INFINITY) < limits.maxAgeMs)) {
          expected += 1;
          asked.delete(number);
        }
        const since = asked.get(number) ?? time;
        asked.delete(number);
        asked.set(number, since);
        while (asked.size > limits.maxEntries) asked.delete(asked.keys().next().value!);
        await open(number);
        expect(calls).toHaveLength(expected);
      }
    }),
  );
});
