import { describe, expect, test } from "vitest";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { care, denied, fakes, never, settled, unavailable } from "./data-key-fakes.ts";

const HOUR = 3_600_000;

describe("a data key", () => {
  test("serves until the last fifth of its hour on one request", async () => {
    const { take, pass, calls } = fakes();
    for (let minute = 0; minute < 48; minute += 1) {
      expect(await take()).toBe(1);
      pass(60_000);
    }
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ keyId: "key", context: care });
  });

  test("is renewed in the background then, while nobody waits", async () => {
    const { take, pass, calls } = fakes();
    await take();
    pass(0.8 * HOUR);
    expect(await take()).toBe(1);
    await settled();
    expect(calls).toHaveLength(2);
    expect(await take()).toBe(2);
  });

  test("tells how old it is, from when it was asked for", async () => {
    const { takeKey, pass, clock } = fakes();
    expect(await takeKey()).toMatchObject({ ageMs: 0 });
    pass(600_000);
    expect(await takeKey()).toMatchObject({ ageMs: 600_000 });
    clock.wall += 60_000;
    expect(await takeKey()).toMatchObject({ ageMs: 660_000 });
  });

  test("belongs to one key and context", async () => {
    const { take } = fakes();
    expect(await take()).toBe(1);
    expect(await take(never, encryptionContext("billing-api", "eu-central-1_A"))).toBe(2);
    expect(await take(never, encryptionContext("care-api", "eu-central-1_B"))).toBe(3);
    expect(await take(never, care, "another key")).toBe(4);
    expect(await take()).toBe(1);
  });

  test("does not outlive its hour because a clock was set back", async () => {
    const { take, pass, clock } = fakes();
    await take();
    clock.wall -= 5 * HOUR;
    pass(HOUR);
    expect(await take()).toBe(2);
  });

  test("does not outlive its hour in a frozen environment, where only wall time passes", async () => {
    const { take, clock } = fakes();
    await take();
    clock.wall += HOUR;
    expect(await take()).toBe(2);
  });

  test("lives up to a tenth less, so that instances do not ask together", async () => {
    const { take, pass } = fakes({}, () => 1);
    await take();
    pass(0.9 * HOUR - 1);
    expect(await take()).toBe(1);
    const early = fakes({}, () => 1);
    await early.take();
    early.pass(0.9 * HOUR);
    expect(await early.take()).toBe(2);
  });
});

describe("callers that arrive together", () => {
  test("share one request, which carries none of their signals", async () => {
    const { take, calls } = fakes();
    const signals = Array.from({ length: 5 }, () => new AbortController().signal);
    expect(await Promise.all(signals.map((signal) => take(signal)))).toEqual([1, 1, 1, 1, 1]);
    expect(calls).toHaveLength(1);
    expect(signals).not.toContain(calls[0]?.signal);
  });

  test("do not lose it when one of them gives up", async () => {
    const { take, kms, calls } = fakes();
    let arrive = (): void => {};
    const arrival = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    kms.answer = async (made) => {
      await arrival;
      return made;
    };
    const impatient = new AbortController();
    const [first, second] = [take(impatient.signal), take()];
    impatient.abort();
    await expect(first).rejects.toMatchObject({
      code: "KEY_UNAVAILABLE",
      message: "the data key did not arrive before the caller's deadline",
    });
    arrive();
    expect(await second).toBe(1);
    expect(calls[0]?.signal.aborted).toBe(false);
  });

  test("fail together, and the next one asks again", async () => {
    const { take, kms, calls } = fakes();
    kms.answer = () => Promise.reject(unavailable());
    const outcomes = await Promise.allSettled([take(), take(), take()]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(calls).toHaveLength(1);
    kms.answer = async (made) => made;
    expect(await take()).toBe(2);
  });

  test("never use a data key more often than its limit, however many wait for it", async () => {
    const { take, calls } = fakes({ maxUses: 3 });
    const served = await Promise.all(Array.from({ length: 10 }, () => take()));
    for (const number of served) expect(served.filter((each) => each === number).length).toBeLessThanOrEqual(3);
    expect(calls).toHaveLength(4);
  });
});

describe("while KMS cannot be asked", () => {
  test("the held key serves up to twice its age, and not a moment longer", async () => {
    const { take, pass, kms } = fakes();
    await take();
    kms.answer = () => Promise.reject(unavailable());
    pass(HOUR);
    expect(await take()).toBe(1);
    pass(HOUR - 1);
    expect(await take()).toBe(1);
    pass(1);
    await expect(take()).rejects.toMatchObject({
      code: "KEY_UNAVAILABLE",
      message: "KMS could not be asked: TimeoutError",
    });
    kms.answer = async (made) => made;
    expect(await take()).toBeGreaterThan(1);
  });

  test("nobody waits for it again for five seconds", async () => {
    const { take, pass, kms, calls } = fakes();
    await take();
    kms.answer = () => Promise.reject(unavailable());
    pass(0.8 * HOUR);
    for (let times = 0; times < 10; times += 1) await take();
    expect(calls).toHaveLength(2);
    pass(0.2 * HOUR);
    for (let times = 0; times < 10; times += 1) await take();
    expect(calls).toHaveLength(3);
    pass(5_000);
    await take();
    expect(calls).toHaveLength(4);
  });

  test("a caller at its deadline gets the held key rather than nothing", async () => {
    const { take, pass, kms } = fakes();
    await take();
    kms.answer = () => new Promise(() => {});
    pass(HOUR);
    const deadline = new AbortController();
    const outcome = take(deadline.signal);
    deadline.abort();
    expect(await outcome).toBe(1);
  });

  test("a request that was under way when the environment froze is not waited for after it", async () => {
    const { take, kms, clock, calls } = fakes();
    kms.answer = () => new Promise(() => {});
    const frozen = take();
    clock.wall += 1_399;
    void take();
    expect(calls).toHaveLength(1);
    clock.wall += 1;
    kms.answer = async (made) => made;
    expect(await take()).toBe(2);
    expect(calls).toHaveLength(2);
    void frozen;
  });
});

describe("when KMS refuses the key", () => {
  test("the held one is dropped by the renewal that says so", async () => {
    const { take, pass, kms } = fakes();
    await take();
    kms.answer = () => Promise.reject(denied());
    pass(0.8 * HOUR);
    expect(await take()).toBe(1);
    await settled();
    await expect(take()).rejects.toMatchObject({
      code: "KEY_ACCESS_DENIED",
      message: "KMS refuses the key: DisabledException",
    });
    kms.answer = () => Promise.reject(unavailable());
    await expect(take()).rejects.toMatchObject({ code: "KEY_UNAVAILABLE" });
  });

  test("an expired one is not served instead", async () => {
    const { take, pass, kms } = fakes();
    await take();
    kms.answer = () => Promise.reject(denied());
    pass(HOUR);
    await expect(take()).rejects.toMatchObject({ code: "KEY_ACCESS_DENIED" });
  });
});

test.for([
  [{ maxUses: 0 }, "maxUses must be at least 1"],
  [{ maxUses: Number.NaN }, "maxUses must be at least 1"],
  [{ maxAgeMs: 1_000 }, "maxAgeMs must leave a key longer than requestMs"],
] as const)("limits under which no key could serve are refused: %o", ([limits, message]) => {
  expect(() => fakes(limits)).toThrow(new RangeError(message));
});
