import { bindPlan, environmentNames } from "../../claims/bind.ts";
import { ClaimsError } from "../../claims/claims-error.ts";
import type { Plan } from "../../claims/plan.ts";
import { regionOf } from "./arn-pattern.ts";
import type { Examined } from "./examined.ts";
import type { PoolExport } from "./pool-export.ts";
import { isRemoved } from "./removed-values.ts";
import { usedKeys, usedTables } from "./used-stores.ts";

type Variables = { readonly [name: string]: string };

/** The function's variables, but for those whose values were taken out of the export; null where they were not read. */
export function knownVariables({ functionConfiguration }: PoolExport): Variables | null {
  const { Variables = {}, Error: hidden } = functionConfiguration?.Environment ?? {};
  // Lambda says so where its variables are encrypted with a key that the reader may not use.
  if (!functionConfiguration || hidden) return null;
  const given = Object.entries(Variables);
  return Object.fromEntries(given.filter(([, value]) => !isRemoved(value)));
}

/** A plan with the function's variables filled in, or why that cannot be done. */
export function boundPlan(plan: Plan | null, variables: Variables | null): Pick<Examined, "bound" | "unbound"> {
  if (plan === null) return { bound: null, unbound: "no claim map was given" };
  if (variables === null && environmentNames(plan).length > 0) {
    return {
      bound: null,
      unbound: "the map's variables are the function's, which are not in the export",
    };
  }
  try {
    return { bound: bindPlan(plan, variables ?? {}), unbound: "" };
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error;
    return { bound: null, unbound: `the map's variables cannot be filled in: ${error.message}` };
  }
}

/** The keys and tables that belong to a pool by its map, for whoever reads them; none where they cannot be told. */
export function storesOf(
  pool: PoolExport,
  plan: Plan | null,
): {
  readonly keys: readonly { readonly arn: string; readonly region: string }[];
  readonly tables: readonly { readonly name: string; readonly region: string }[];
} {
  const { bound } = boundPlan(plan, knownVariables(pool));
  if (bound === null) return { keys: [], tables: [] };
  const home = homeOf(pool);
  // A variable may hold a key's id alone, which KMS takes too and which says no Region.
  const keys = usedKeys(bound).map(({ arn, region = home }) => ({ arn, region: regionOf(arn) || region }));
  return {
    keys: [...new Map(keys.map((key) => [key.arn, key])).values()],
    tables: usedTables(bound, home).map(({ name, region }) => ({ name, region })),
  };
}

/** The function's Region, which is its pool's: the function itself need not be there, or not be shown. */
export function homeOf({ functionConfiguration, userPool }: PoolExport): string {
  return regionOf(functionConfiguration?.FunctionArn ?? userPool?.Arn ?? "");
}
