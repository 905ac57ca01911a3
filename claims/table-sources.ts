import type { Plan, PlanSource } from "./plan.ts";

/** A source that is a table, read by key or by query. */
export type TableSource = Extract<PlanSource, { readonly kind: "row" | "query" }>;

/** What sources tell of a key: its attributes, partition key first, and whether they are all there are. */
export type ToldKey = { readonly names: readonly string[]; readonly isWhole: boolean };

/** What sources tell of a table. */
export type ToldTable = { readonly key: ToldKey; readonly indexes: { readonly [index: string]: ToldKey } };

const NOTHING: ToldKey = { names: [], isWhole: false };

/** The sources of a plan that are tables, by name. */
export function tableSources({ sources }: Plan): readonly (readonly [name: string, source: TableSource])[] {
  return Object.entries(sources).flatMap(([name, source]) =>
    source.kind === "row" || source.kind === "query" ? [[name, source] as const] : [],
  );
}

/** The same for two sources exactly where a plan says that they are one table. */
export function placeOf({ table, region }: TableSource): string {
  return JSON.stringify([table, region ?? null]);
}

/**
 * What the sources of one table tell of it together; `undefined` when they cannot all be right. A row tells the whole
 * key; a query all of a key, be it the table's or an index's, only if it says how the sort key begins.
 */
export function toldTable(sources: readonly TableSource[]): ToldTable | undefined {
  const keys = new Map<string | undefined, ToldKey>([[undefined, NOTHING]]);
  for (const source of sources) {
    const index = source.kind === "query" ? source.index : undefined;
    const both = together(keys.get(index) ?? NOTHING, toldBy(source));
    if (both === undefined) return undefined;
    keys.set(index, both);
  }
  const indexes = [...keys].flatMap(([index, key]) => (index === undefined ? [] : [[index, key] as const]));
  return { key: keys.get(undefined) ?? NOTHING, indexes: Object.fromEntries(indexes) };
}

function toldBy(source: TableSource): ToldKey {
  const names = Object.keys(source.key);
  if (source.kind === "row") return { names, isWhole: true };
  const all = [...names, ...Object.keys(source.beginsWith ?? {})];
  return { names: all, isWhole: all.length > 1 };
}

function together(one: ToldKey, other: ToldKey): ToldKey | undefined {
  const [short, long] = one.names.length <= other.names.length ? [one, other] : [other, one];
  const isPrefix = short.names.every((name, index) => name === long.names[index]);
  if (!isPrefix || (short.isWhole && short.names.length < long.names.length)) return undefined;
  return { names: long.names, isWhole: short.isWhole || long.isWhole };
}
