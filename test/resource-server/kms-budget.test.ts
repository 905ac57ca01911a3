import fc from "fast-check";
import { expect, test } from "vitest";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { kmsBudget } from "../../resource-server/kms-budget.ts";

/** Spends at each of these times, in milliseconds; gives which were allowed. */
function spendAt(callsPerSecond: number, times: readonly number[]): readonly number[] {
  let ms = 0;
  const spend = kmsBudget(callsPerSecond, () => ({ wall: ms, steady: ms }));
  return times.filter((time) => {
    ms = time;
    try {
      spend();
      return true;
    } catch (error) {
      expect(error).toEqual(new CryptoError("KEY_UNAVAILABLE", "this instance has asked KMS too often in a second"));
      return false;
    }
  });
}

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
