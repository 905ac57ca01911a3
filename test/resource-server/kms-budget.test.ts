import fc from "fast-check";
import { expect, test } from "vitest";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { kmsBudget } from "../../resource-server/kms-budget.ts";

/** A budget, and what it says at a time in milliseconds: null where it lets a call be made. */
function budget(callsPerSecond: number): (ms: number) => unknown {
  let now = 0;
  const spend = kmsBudget(callsPerSecond, () => ({ wall: now, steady: now }));
  return (ms) => {
    now = ms;
    try {
      spend();
      return null;
    } catch (error) {
      return error;
    }
  };
}

/** Spends at each of these times; gives those that were allowed. */
function spendAt(callsPerSecond: number, times: readonly number[]): readonly number[] {
  const spend = budget(callsPerSecond);
  return times.filter((ms) => spend(ms) === null);
}

test("a call too many is an outage for the moment, and no fault of the token", () => {
  const spend = budget(1);
  expect(spend(0)).toBeNull();
  expect(spend(1)).toEqual(new CryptoError("KEY_UNAVAILABLE", "this instance has asked KMS too often in a second"));
});

test("a second's worth of calls may be made at once, and then as many in each second", () => {
  const times = [0, 0, 0, 0, 400, 500, 600, 1_000];
  expect(spendAt(2, times)).toEqual([0, 0, 500, 1_000]);
});

test("a long rest saves up no more than a second's worth", () => {
  expect(spendAt(3, [0, 60_000, 60_000, 60_000, 60_000])).toHaveLength(4);
});

test("whatever comes, no second sees more than twice as many calls as are allowed in one", () => {
  const schedule = fc
    .array(fc.nat(5_000), { minLength: 50, maxLength: 400 })
    .map((list) => list.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), schedule, (allowed, times) => {
      const made = spendAt(allowed, times);
      for (const start of made) {
        expect(made.filter((time) => time >= start && time < start + 1_000).length).toBeLessThanOrEqual(2 * allowed);
      }
    }),
  );
});
