import { textDigest } from "../digest.ts";
import { fillPartition, isPartitioned } from "../gather/partition.ts";
import type { Plan, PlanResourceServer, PlanSource, SealMode } from "../plan.ts";
import { isPublicKey } from "../public-key.ts";

/** A place that data are kept in, or a key they go under: once for each form that partitions give it. */
export type DataPlace = {
  /** A table, a function, a key: as the map names it, variables and all. */
  readonly name: string;
  /** Where it is; null where the map does not say, which is the trigger's own region. */
  readonly region: string | null;
  /** The values of the partition that have it; none where it is everybody's. */
  readonly partitions: readonly string[];
};

/** A key, and what is done with it. */
export type DataKey = DataPlace & { readonly use: SealMode | "pseudonym" };

/** The keys that a resource server's envelopes are sealed under. */
export function sealKeys(plan: Plan, { seal }: PlanResourceServer): readonly DataKey[] {
  if (seal === undefined) return [];
  return placesOf(plan, seal.key, seal.region).map((place) => ({ ...keyPlace(place), use: seal.mode }));
}

export function pseudonymKeys(plan: Plan): readonly DataKey[] {
  if (plan.pseudonyms === undefined) return [];
  const { key, region } = plan.pseudonyms;
  return placesOf(plan, key, region).map((place) => ({ ...keyPlace(place), use: "pseudonym" }));
}

/** Where a source keeps its rows; a function of the owner's own runs in the trigger. */
export function sourcePlaces(plan: Plan, source: PlanSource): readonly DataPlace[] {
  switch (source.kind) {
    case "custom":
      return [{ name: source.hook, region: null, partitions: [] }];
    case "chain":
      return placesOf(plan, source.function, undefined);
    default:
      return placesOf(plan, source.table, source.region);
  }
}

function placesOf(plan: Plan, text: string, region: string | undefined): readonly DataPlace[] {
  const values = Object.entries(plan.partition?.values ?? {});
  if (![text, region ?? ""].some(isPartitioned)) return [placeOf(text, region, [])];
  const places = new Map<string, DataPlace>();
  for (const [value, given] of values) {
    const fill = (each: string): string => fillPartition(each, (name) => given[name] ?? "");
    const place = placeOf(fill(text), region === undefined ? undefined : fill(region), [value]);
    const key = JSON.stringify([place.name, place.region]);
    places.set(key, { ...place, partitions: [...(places.get(key)?.partitions ?? []), value] });
  }
  return [...places.values()];
}

function placeOf(name: string, region: string | undefined, partitions: readonly string[]): DataPlace {
  return { name, region: region ?? /^arn:[^:]+:(?:kms|lambda):([^:]+):/.exec(name)?.[1] ?? null, partitions };
}

/** A public key that stands in the map itself goes by its digest: it is long, and tells nobody anything. */
function keyPlace(place: DataPlace): DataPlace {
  return isPublicKey(place.name) ? { ...place, name: `public key, SHA-256 ${textDigest(place.name)}` } : place;
}
