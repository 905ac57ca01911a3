import type { Plan, SealMode } from "../../claims/plan.ts";
import { placeOf, type TableSource, tableSources } from "../../claims/table-sources.ts";
import { type SealedServer, sealedServers } from "../sealed-servers.ts";
import { spreadPartitions } from "../spread-partitions.ts";

/** A key that a map uses, and what for. */
export type UsedKey = {
  /** The resource server's name, of a partition `NAME.VALUE`; `pseudonyms`. */
  readonly name: string;
  readonly arn: string;
  /** As the map states it. */
  readonly region: string | undefined;
  /** The resource server that is sealed for; null for the key of pseudonyms. */
  readonly server: SealedServer | null;
};

/** A table that a map reads, and the sources that do. */
export type UsedTable = {
  readonly name: string;
  readonly region: string;
  readonly sources: readonly (readonly [name: string, source: TableSource])[];
};

/** What a key is for. */
export type KeyUse = SealMode | "pseudonyms";

export function useOf({ server }: UsedKey): KeyUse {
  return server?.seal.mode ?? "pseudonyms";
}

/** The keys of a plan whose variables are filled in. */
export function usedKeys(bound: Plan): readonly UsedKey[] {
  const sealed = sealedServers(spreadPartitions(bound)).map(([name, server]) => ({
    name,
    arn: server.seal.key,
    region: server.seal.region,
    server,
  }));
  const { pseudonyms } = bound;
  if (!pseudonyms) return sealed;
  return [...sealed, { name: "pseudonyms", arn: pseudonyms.key, region: pseudonyms.region, server: null }];
}

/**
 * The tables of a plan whose variables are filled in, each once.
 *
 * @param home The function's Region, where the map states none.
 */
export function usedTables(bound: Plan, home: string): readonly UsedTable[] {
  const tables = new Map<string, UsedTable>();
  for (const [name, source] of tableSources(spreadPartitions(bound))) {
    const { table, region = home } = source;
    const place = placeOf({ ...source, region });
    const sources = [...(tables.get(place)?.sources ?? []), [name, source] as const];
    tables.set(place, { name: table, region, sources });
  }
  return [...tables.values()];
}
