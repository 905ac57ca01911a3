import { fillPartition, isPartitioned } from "../claims/gather/partition.ts";
import type { Plan } from "../claims/plan.ts";
import { type TableSource, type ToldKey, tableSources, toldTable } from "../claims/table-sources.ts";
import type { TableIndexes, TableKey, TableKeys } from "./dynamodb.ts";
import { LocalError } from "./local-error.ts";

/** What tables must be like for a plan to read them. */
export type TableSchemas = {
  readonly keys: TableKeys;
  readonly indexes: TableIndexes;
  /** The sources of each table. */
  readonly sources: { readonly [table: string]: readonly string[] };
};

type Uses = readonly (readonly [name: string, source: TableSource])[];

/**
 * Numbers the rows of a table where no source tells its whole key, as a query by the partition key alone does not: they
 * then have an order, that of their file.
 */
export const ROW_NUMBER = "claimseal:row";

/**
 * The tables a bound plan reads, those of all its partitions, as its sources tell their keys and indexes.
 *
 * @throws {LocalError} `TABLE_KEY_UNKNOWN` when sources tell different keys.
 */
export function tableSchemas(plan: Plan): TableSchemas {
  const tables = new Map<string, Uses>();
  for (const use of tableSources(plan)) {
    for (const table of tablesOf(plan, use[1])) tables.set(table, [...(tables.get(table) ?? []), use]);
  }
  const each = [...tables].map(([table, uses]) => [table, uses, schemaOf(table, uses)] as const);
  return {
    keys: Object.fromEntries(each.map(([table, , { key }]) => [table, key])),
    indexes: Object.fromEntries(each.map(([table, , { indexes }]) => [table, indexes])),
    sources: Object.fromEntries(each.map(([table, uses]) => [table, uses.map(([name]) => name)])),
  };
}

function tablesOf({ partition }: Plan, { table }: TableSource): readonly string[] {
  if (!isPartitioned(table)) return [table];
  const values = Object.values(partition?.values ?? {});
  return [...new Set(values.map((texts) => fillPartition(table, (name) => texts[name] ?? "")))];
}

function schemaOf(
  table: string,
  uses: Uses,
): { readonly key: TableKey; readonly indexes: { readonly [index: string]: TableKey } } {
  const told = toldTable(uses.map(([, source]) => source));
  if (told === undefined) {
    const names = uses.map(([name]) => name).join(", ");
    throw new LocalError("TABLE_KEY_UNKNOWN", `table "${table}": sources ${names} tell different keys of it`);
  }
  const indexes = Object.entries(told.indexes).map(([index, key]) => [index, whole(key)] as const);
  return { key: whole(told.key), indexes: Object.fromEntries(indexes) };
}

function whole({ names, isWhole }: ToldKey): TableKey {
  return (isWhole ? names : [...names, ROW_NUMBER]) as unknown as TableKey;
}
