/**
 * Bounds on one expression, so that no map can exhaust a check or a sign-in: far above what a person writes. Macros go
 * through lists that are bounded themselves, by `maxItems` or by the `limit` of a query; three of them in one another
 * are a cube of that, and the evaluation counts its own steps besides.
 */
export const LIMITS = {
  /** Longer than any condition somebody should have to review. */
  characters: 4_096,
  /** Of CEL's tree, and of ours with definitions written out. */
  nodes: 2_000,
  depth: 64,
  macros: 3,
} as const;
