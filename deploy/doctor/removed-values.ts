import type { PoolExport } from "./pool-export.ts";

/** What stands in an export for the value of a variable that is none of the map's or of claimseal's. */
export const REMOVED = "(removed)";

export function isRemoved(value: string | undefined): boolean {
  return value === REMOVED;
}

/**
 * An export without the values of the function's other variables: they are its owner's, and may be secrets.
 *
 * @param kept Names of the variables whose values stay.
 */
export function withoutValues(pool: PoolExport, kept: readonly string[]): PoolExport {
  const { functionConfiguration: configuration } = pool;
  const variables = configuration?.Environment?.Variables;
  if (!configuration || variables === undefined) return pool;
  const names = new Set([...kept, ...OWN]);
  const Variables = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, names.has(name) ? value : REMOVED]),
  );
  return { ...pool, functionConfiguration: { ...configuration, Environment: { Variables } } };
}

/** What the function reads beside the map's variables. */
const OWN: readonly string[] = ["CLAIMSEAL_PLAN_SHA256", "CLAIMSEAL_MODE", "CLAIMSEAL_POOLS"];
