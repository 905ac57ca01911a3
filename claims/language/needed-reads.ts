import { type CompiledProfile, expressionsOf } from "../checks/compiled-profile.ts";
import type { ClaimMap } from "../claim-map.ts";
import type { PlanProfile, Reference } from "../plan.ts";
import type { PlacedExpression } from "./compilation.ts";
import type { Foundations } from "./foundations.ts";
import { keyReads, type Standing } from "./standing.ts";

/** What a profile needs to be read and worked out, whatever it is needed by. */
export type NeededReads = {
  readonly waves: PlanProfile["reads"];
  readonly tenant: boolean;
  readonly partition: boolean;
};

/**
 * The attributes of each source a profile reads, its keys, its tenant and its partition included, in waves: a source
 * comes after all that its key is built from. Attributes keep the map's order.
 */
export function neededReads(
  map: ClaimMap,
  { waves }: Standing,
  { tenant, partition }: Foundations,
  profile: CompiledProfile,
): NeededReads {
  const seen = new Set<string>();
  const needed = new Map<string, Set<string>>();
  const addAll = (expression: PlacedExpression | null | undefined): void => {
    for (const { reference } of expression?.reads ?? []) add(reference);
  };
  const add = (reference: Reference): void => {
    const [root, attribute] = reference;
    if (Object.hasOwn(map.sources, root)) {
      const attributes = needed.get(root) ?? new Set();
      if (attribute !== undefined) attributes.add(attribute);
      needed.set(root, attributes);
    }
    if (seen.has(root)) return;
    seen.add(root);
    if (root === "tenant") for (const each of [tenant?.requested, tenant?.allowed, tenant?.default]) addAll(each);
    if (root === "partition") addAll(partition);
    const source = map.sources[root];
    if (source && Object.hasOwn(map.sources, root)) for (const each of keyReads(root, source)) add(each.reference);
  };
  for (const expression of expressionsOf(profile)) addAll(expression);
  for (const server of profile.claims.flatMap(({ written }) => written.sealFor)) {
    const seal = map.resourceServers[server]?.seal;
    if (seal && /\{partition\./.test(seal.key + (seal.region ?? ""))) add(["partition"]);
  }
  return {
    waves: inWaves(map, waves, needed),
    tenant: seen.has("tenant") && map.tenant !== undefined,
    partition: seen.has("partition") && map.partition !== undefined,
  };
}

function inWaves(
  { sources }: ClaimMap,
  waves: Standing["waves"],
  needed: ReadonlyMap<string, ReadonlySet<string>>,
): PlanProfile["reads"] {
  const order = [...new Set([...needed.keys()].map((source) => waves.get(source) ?? 0))].sort(
    (one, other) => one - other,
  );
  return order.map((wave) =>
    Object.fromEntries(
      Object.entries(sources).flatMap(([source, { attributes }]) => {
        const wanted = needed.get(source);
        if (wanted === undefined || waves.get(source) !== wave) return [];
        return [[source, Object.keys(attributes).filter((attribute) => wanted.has(attribute))]];
      }),
    ),
  );
}
