import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Breaker, breaker } from "../../aws/breaker.ts";
import { fakeTime } from "./fake-time.ts";

function fakes() {
  const time = fakeTime();
  const fuse = breaker();
  return {
    ...time,
    admits: () => fuse.admits(time.now()),
    isOpen: fuse.isOpen,
    succeed: () => fuse.succeeded(time.now()),
    fail: (times = 1) => {
      for (let each = 0; each < times; each += 1) fuse.failed(time.now());
    },
    refuse: fuse.refused,
  };
}

describe("a breaker", () => {
  test("opens at the twentieth send within ten seconds where half of them failed", async () => {
    const { admits, succeed, fail, isOpen } = fakes();
    for (let each = 0; each < 10; each += 1) succeed();
    fail(9);
    expect(isOpen()).toBe(false);
    expect(admits()).toBe(true);
    fail();
    expect(isOpen()).toBe(true);
    expect(admits()).toBe(false);
  });

  test("judges by fewer sends where there are fewer", () => {
    const { now } = fakeTime();
    const fuse = breaker(10);
    for (let each = 0; each < 9; each += 1) fuse.failed(now());
    expect(fuse.isOpen()).toBe(false);
    fuse.failed(now());
    expect(fuse.isOpen()).toBe(true);
  });

  test("stays closed where fewer than half fail, or fewer than twenty are sent", () => {
    const { succeed, fail, isOpen } = fakes();
    fail(19);
    expect(isOpen()).toBe(false);
    for (let each = 0; each < 20; each += 1) succeed();
    for (let each = 0; each < 1_000; each += 1) {
      succeed();
      fail();
      succeed();
    }
    expect(isOpen()).toBe(false);
  });

  test("forgets what is ten seconds old", async () => {
    const { fail, pass, isOpen } = fakes();
    fail(19);
    await pass(10_000);
    fail(19);
    expect(isOpen()).toBe(false);
    await pass(9_999);
    fail();
    expect(isOpen()).toBe(true);
  });

  test("lets one request through a second, from a second after it opened", async () => {
    const { fail, admits, pass } = fakes();
    fail(20);
    await pass(999);
    expect(admits()).toBe(false);
    await pass(1);
    expect([admits(), admits()]).toEqual([true, false]);
    fail();
    await pass(999);
    expect(admits()).toBe(false);
    await pass(1);
    expect([admits(), admits()]).toEqual([true, false]);
  });

  test("closes with the first success, and what failed before is forgotten", async () => {
    const { fail, admits, succeed, isOpen } = fakes();
    fail(20);
    succeed();
    expect(isOpen()).toBe(false);
    expect([admits(), admits()]).toEqual([true, true]);
    fail(18);
    expect(isOpen()).toBe(false);
    fail();
    expect(isOpen()).toBe(true);
  });

  test("is closed by a refusal, which comes from somebody who is there; but one counts neither way", () => {
    const { fail, refuse, isOpen } = fakes();
    fail(20);
    refuse();
    expect(isOpen()).toBe(false);
    fail(19);
    for (let each = 0; each < 100; each += 1) refuse();
    expect(isOpen()).toBe(false);
    fail();
    expect(isOpen()).toBe(true);
  });

  test("lets a request through after a freeze, in which only wall time passes", () => {
    const { fail, admits, freeze } = fakes();
    fail(20);
    freeze(1_800_000);
    expect([admits(), admits()]).toEqual([true, false]);
  });

  test("does not stay open because a clock was set back", async () => {
    const { fail, admits, freeze, pass } = fakes();
    fail(20);
    freeze(-3_600_000);
    await pass(1_000);
    expect(admits()).toBe(true);
  });
});

type Step = { readonly kind: "succeed" | "fail" | "refuse" | "ask" } | { readonly kind: "pass"; readonly ms: number };

test("over any sequence it is open exactly when its rule says so, and lets through one request a second at most", () => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("succeed" as const) }) },
    { weight: 9, arbitrary: fc.record({ kind: fc.constant("fail" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("refuse" as const) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("ask" as const) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(1_500) }) },
  );
  let opened = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 50, maxLength: 200 }), (script) => {
      const fuse: Breaker = breaker();
      let at = 0;
      let sends: { at: number; failed: boolean }[] = [];
      let probed: number | null = null;
      const broken: string[] = [];
      const now = () => ({ wall: 5_000 + at, steady: at });
      for (const each of script) {
        if (each.kind === "pass") at += each.ms;
        if (each.kind === "ask") {
          const expected = probed === null || at - probed >= 1_000;
          if (fuse.admits(now()) !== expected) broken.push("one request a second");
          if (probed !== null && expected) probed = at;
        }
        if (each.kind === "refuse" || each.kind === "succeed") {
          if (probed !== null) [probed, sends] = [null, []];
          if (each.kind === "refuse") fuse.refused();
          else fuse.succeeded(now());
        }
        if (each.kind === "fail") fuse.failed(now());
        if (each.kind === "succeed" || (each.kind === "fail" && probed === null)) {
          sends.push({ at, failed: each.kind === "fail" });
          const recent = sends.filter((send) => at - send.at < 10_000);
          const failures = recent.filter(({ failed }) => failed).length;
          if (each.kind === "fail" && recent.length >= 20 && failures >= recent.length / 2) {
            probed = at;
            opened += 1;
          }
        }
        if (fuse.isOpen() !== (probed !== null)) broken.push("open by its rule");
      }
      expect(broken).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect(opened).toBeGreaterThan(20);
});

test("what is remembered is bounded, and the last thousand sends decide", () => {
  const { succeed, fail, isOpen } = fakes();
  for (let each = 0; each < 100_000; each += 1) succeed();
  fail(499);
  expect(isOpen()).toBe(false);
  fail();
  expect(isOpen()).toBe(true);
});
