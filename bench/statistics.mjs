// What figures are made of: medians, quantiles, ratios by round, and the exponent by which something grows.

/** The middle one of all; of an even number the lower one of two. */
export function median(figures) {
  return quantile(figures, 0.5);
}

/** The figure that `share` of all are not above (nearest rank). */
export function quantile(figures, share) {
  if (figures.length === 0) throw new RangeError("a quantile of nothing");
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** The median, and between what the middle half of all lies. */
export function spread(figures) {
  return { median: median(figures), q1: quantile(figures, 0.25), q3: quantile(figures, 0.75) };
}

/** Figures divided by those of the same round: what made a round slow made both slow. */
export function ratios(figures, floor) {
  if (figures.length !== floor.length) throw new RangeError("rounds that do not pair");
  return spread(figures.map((figure, round) => figure / floor[round]));
}

/**
 * The exponent k of `cost = c * size^k` that fits best: least squares over the logarithms. 1 is in proportion, 2 is
 * four times the cost for twice the size.
 */
export function exponent(points) {
  const logs = points.map(({ size, cost }) => [Math.log(size), Math.log(cost)]);
  if (logs.length < 2 || logs.flat().some((log) => !Number.isFinite(log))) throw new RangeError("no growth to fit");
  const [x, y] = [0, 1].map((side) => logs.reduce((sum, log) => sum + log[side], 0) / logs.length);
  const over = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  const under = logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
  if (under === 0) throw new RangeError("no growth to fit");
  return over / under;
}

/** A figure with so many significant digits, as JSON shall keep it. */
export function rounded(figure, digits = 4) {
  return Number(figure.toPrecision(digits));
}
