import { fillPartition, isPartitioned } from "../claims/partition.ts";
import type { Plan, PlanSource } from "../claims/plan.ts";
import type { TableIndexes, TableKey, TableKeys } from "./dynamodb.ts";
import { LocalError } from "./local-error.ts";

/** What tables must be like for a plan to read them. */
export type TableSchemas = {
  readonly keys: TableKeys;
  readonly indexes: TableIndexes;
  /** The sources of each table. */
  readonly sources: { readonly [table: string]: readonly string[] };
};

type TableSource = Extract<PlanSource, { readonly kind: "row" | "query" }>;

/** What sources tell of a key: its attributes, partition key first, and whether they are all of them. */
type Told = { readonly names: readonly string[]; readonly isWhole: boolean };

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
  const tables = new Map<string, (readonly [name: string, source: TableSource])[]>();
  for (const [name, source] of Object.entries(plan.sources)) {
    if (source.kind !== "row" && source.kind !== "query") continue;
    for (const table of tablesOf(plan, source)) {
      tables.set(table, [...(tables.get(table) ?? []), [name, source]]);
    }
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
  uses: readonly (readonly [name: string, source: TableSource])[],
): { readonly key: TableKey; readonly indexes: TableIndexes[string] } {
  const told = new Map<string | undefined, Told>([[undefined, { names: [], isWhole: false }]]);
  for (const [, source] of uses) {
    const index = source.kind === "query" ? source.index : undefined;
    const known = told.get(index) ?? { names: [], isWhole: false };
    const both = agree(known, toldBy(source));
    if (both === undefined) {
      const names = uses.map(([name]) => name).join(", ");
      throw new LocalError("TABLE_KEY_UNKNOWN", `table "${table}": sources ${names} tell different keys of it`);
    }
    told.set(index, both);
  }
  const key = (index: string | undefined): TableKey => {
    const { names = [], isWhole = false } = told.get(index) ?? {};
    return (isWhole ? names : [...names, ROW_NUMBER]) as unknown as TableKey;
  };
  const indexes = [...told.keys()].flatMap((index) => (index === undefined ? [] : [[index, key(index)] as const]));
  return { key: key(undefined), indexes: Object.fromEntries(indexes) };
}

function toldBy(source: TableSource): Told {
  const names = Object.keys(source.key);
  if (source.kind === "row") return { names, isWhole: true };
  const all = [...names, ...Object.keys(source.beginsWith ?? {})];
  return { names: all, isWhole: all.length > 1 };
}

/** What two sources tell together; undefined where they cannot both be right. */
function agree(one: Told, other: Told): Told | undefined {
  const [short, long] = one.names.length <= other.names.length ? [one, other] : [other, one];
  const isPrefix = short.names.every((name, index) => name === long.names[index]);
  if (!isPrefix || (short.isWhole && short.names.length < long.names.length)) return undefined;
  return { names: long.names, isWhole: short.isWhole || long.isWhole };
}
