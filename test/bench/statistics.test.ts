import { expect, test } from "vitest";
import { exponent, median, quantile, ratios } from "../../bench/statistics.mjs";

const grown = (power: number, factor = 7) => [1, 3, 8, 32].map((size) => ({ size, cost: factor * size ** power }));

test("an exponent is found again in what grew by it", () => {
  for (const power of [0, 0.5, 1, 1.05, 2, -1]) expect(exponent(grown(power))).toBeCloseTo(power, 10);
});

test("an exponent does not depend on what one of them costs", () => {
  expect(exponent(grown(1.3, 1e-6))).toBeCloseTo(exponent(grown(1.3, 1e6)), 10);
});

test("what costs something at all grows by less than what each adds", () => {
  expect(exponent(grown(1).map(({ size, cost }) => ({ size, cost: cost + 100 })))).toBeLessThan(0.5);
});

test("there is no growth in one size, in equal sizes or in no cost", () => {
  for (const costs of [[1], [1, 2], [0, 1]]) {
    const points = costs.map((cost) => ({ size: 5, cost }));
    expect(() => exponent(points)).toThrow("no growth to fit");
  }
});

test("a median is one of the figures, and a quantile the nearest rank", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2);
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0.01, 0.5, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([1, 50, 99, 100]);
  expect(() => median([])).toThrow("a quantile of nothing");
});

test("ratios are of the figures of one round, so that a slow round makes none", () => {
  expect(ratios([2, 200, 4], [1, 100, 2])).toEqual({ median: 2, q1: 2, q3: 2 });
  expect(() => ratios([1], [1, 2])).toThrow("rounds that do not pair");
});
