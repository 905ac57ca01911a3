import fc from "fast-check";
import { expect, test } from "vitest";
import { elapsed, systemClock } from "../../crypto/clock.ts";

test("a clock that is set back does not make anything younger", () => {
  expect(elapsed({ wall: 10_000, steady: 0 }, { wall: 10_000 - 3_600_000, steady: 500 })).toBe(500);
});

test("a freeze that one clock sleeps through counts by the other", () => {
  expect(elapsed({ wall: 0, steady: 0 }, { wall: 1_800_000, steady: 20 })).toBe(1_800_000);
});

test("what passes is never less than the steady clock says", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), fc.nat(), fc.nat(), (wallFrom, wallTo, steady, passed) => {
      const age = elapsed({ wall: wallFrom, steady }, { wall: wallTo, steady: steady + passed });
      expect(age).toBeGreaterThanOrEqual(passed);
    }),
  );
});

test("the process has both clocks", () => {
  const { wall, steady } = systemClock();
  expect(wall).toBeGreaterThan(Date.UTC(2025, 0));
  expect(systemClock().steady).toBeGreaterThanOrEqual(steady);
});
