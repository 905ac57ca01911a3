/**
 * How often a property is tried: a few times in the suite, which everybody waits for, and all the times in CI, where
 * `CLAIMSEAL_RUNS=all`.
 */
export function runs(all: number): number {
  return process.env["CLAIMSEAL_RUNS"] === "all" ? all : Math.ceil(all / 4);
}
