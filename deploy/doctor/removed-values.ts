import type { PoolExport } from "./pool-export.ts";

/** What stands in an export for the value of a variable that is none of the map's or of claimseal's. */
export const REMOVED = "(removed)";

export function isRemoved(value: string | undefined): boolean {
  return value === REMOVED;
}

/**
 * An export without the values of the functions' other variables: they are their owner's, and may be secrets.
 *
 * @param kept Names of the variables whose values stay.
 */
export function withoutValues(pool: PoolExport, kept: readonly string[]): PoolExport {
  const names = new Set([...kept, ...OWN]);
  const { functionConfiguration, federationConfiguration } = pool;
  return {
    ...pool,
    ...(functionConfiguration && { functionConfiguration: withOnly(functionConfiguration, names) }),
    ...(federationConfiguration && { federationConfiguration: withOnly(federationConfiguration, names) }),
  };
}

type Configured = { readonly Environment?: NonNullable<PoolExport["functionConfiguration"]>["Environment"] };

function withOnly<T extends Configured>(configuration: T, names: ReadonlySet<string>): T {
  const variables = configuration.Environment?.Variables;
  if (variables === undefined) return configuration;
  const Variables = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, names.has(name) ? value : REMOVED]),
  );
  return { ...configuration, Environment: { Variables } };
}

/** What the function reads beside the map's variables. */
const OWN: readonly string[] = ["CLAIMSEAL_PLAN_SHA256", "CLAIMSEAL_MODE", "CLAIMSEAL_POOLS"];
