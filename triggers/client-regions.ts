import { isPartitioned } from "../claims/gather/partition.ts";
import type { Plan } from "../claims/plan.ts";
import { isPublicKey } from "../claims/public-key.ts";

/** Regions, each once; `undefined` stands for the function's own. */
export type Regions = ReadonlySet<string | undefined>;

/** Where a bound plan has tables, as far as that is known at the start: a partition decides on the rest. */
export function tableRegions({ sources }: Pick<Plan, "sources">): Regions {
  return known(
    Object.values(sources).flatMap((source) =>
      source.kind === "row" || source.kind === "query" ? [source.region] : [],
    ),
  );
}

/** Where a bound plan has keys that KMS is asked for, likewise. */
export function keyRegions({ resourceServers, pseudonyms }: Pick<Plan, "resourceServers" | "pseudonyms">): Regions {
  const seals = Object.values(resourceServers).flatMap(({ seal }) =>
    seal === undefined || seal.publicKey !== undefined || isPublicKey(seal.key) ? [] : [seal.region],
  );
  return known([...seals, ...(pseudonyms === undefined ? [] : [pseudonyms.region])]);
}

function known(regions: readonly (string | undefined)[]): Regions {
  return new Set(regions.filter((region) => region === undefined || !isPartitioned(region)));
}
