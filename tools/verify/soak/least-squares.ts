/** One sample: `x` in any unit, `y` in another. */
export type Point = { readonly x: number; readonly y: number };

/** The slope of the straight line that fits `points` best (least squares), in units of y per unit of x; null for fewer than two places. */
export function slopeOf(points: readonly Point[]): number | null {
  const mean = (of: (point: Point) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (points.length < 2 || spread === 0) return null;
  return points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
