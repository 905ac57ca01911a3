import { decimalText, digitsOf } from "../claims/gather/decimal-text.ts";
import { fillPartition, isPartitioned } from "../claims/gather/partition.ts";
import type { Plan } from "../claims/plan.ts";
import type { TableSource } from "../claims/table-sources.ts";
import { AttributesError } from "./attributes-error.ts";
import { type Registry, tableSource } from "./registry.ts";
import { readersOf } from "./row-place.ts";
import { type AttributeState, attributesOf } from "./row-state.ts";
import type { KeyValue, RowKey, StoredRow, TablePlace } from "./row-store.ts";

/** How many rows DynamoDB is asked for at once. */
const PAGE = 500;

export type ListOptions = {
  /** Rows at most; 100 where it is not given. */
  readonly limit?: number;
  /** Where the page before ended: its `next`. */
  readonly after?: string;
  /** Which of the map's partitions, where the source's table depends on it. */
  readonly partition?: string;
  /** Only rows with an attribute that is invalid. */
  readonly invalid?: boolean;
};

export type ListedRow = {
  readonly key: RowKey;
  readonly version: number;
  readonly states: { readonly [attribute: string]: AttributeState };
};

export type ListedRows = {
  readonly rows: readonly ListedRow[];
  /** What to go on after; null at the end. It holds a key: where keys are private, so is it. */
  readonly next: string | null;
};

/**
 * Lists the rows of a source in its table's own order, with the state of each declared attribute and no value. Rows of
 * other sources that share the table are passed over, as far as their keys tell.
 *
 * @throws {AttributesError} `SOURCE_UNKNOWN`, `SOURCE_ELSEWHERE`, `SUBJECT_INVALID` where a partition has to be said,
 * `PAGE_INVALID`, and what the store rejects with.
 */
export async function listRows(registry: Registry, source: string, options: ListOptions = {}): Promise<ListedRows> {
  const { plan, tools, store } = registry;
  const { limit = 100, invalid = false } = options;
  const declared = tableSource(plan, source);
  const place = tablePlace(plan, source, declared, options.partition);
  const keys = [
    ...Object.keys(declared.key),
    ...(declared.kind === "query" ? Object.keys(declared.beginsWith ?? {}) : []),
  ];
  const names = [...new Set([...Object.keys(declared.attributes), ...keys])];
  const rows: ListedRow[] = [];
  let after = options.after === undefined ? null : keyOfPage(options.after);
  if (after !== null) await refuseForeign(registry, place, after);
  for (;;) {
    const page = await store.scan(place, names, after, PAGE);
    for (const [index, row] of page.rows.entries()) {
      after = row.key;
      if (!isOf(plan, source, place, keys, row)) continue;
      const states = Object.fromEntries(
        Object.entries(attributesOf(declared.attributes, row, tools.covers)).map(([name, { state }]) => [name, state]),
      );
      if (invalid && !Object.values(states).includes("invalid")) continue;
      rows.push({ key: row.key, version: row.version, states });
      const isLast = index === page.rows.length - 1 && !page.more;
      if (rows.length >= limit) return { rows, next: isLast ? null : pageAfter(row.key) };
    }
    if (!page.more) return { rows, next: null };
  }
}

function isOf(plan: Plan, source: string, { table }: TablePlace, keys: readonly string[], row: StoredRow): boolean {
  const textOf = (name: string): KeyValue | undefined =>
    Object.hasOwn(row.key, name) ? row.key[name] : (row.attributes.get(name) as KeyValue | undefined);
  const isThere = keys.every((name) => typeof textOf(name) === "string");
  return isThere && readersOf(plan, table, textOf).some(([name]) => name === source);
}

function tablePlace({ partition }: Plan, source: string, { table, region }: TableSource, chosen?: string): TablePlace {
  if (!isPartitioned(table) && !isPartitioned(region ?? "")) return { table, region };
  const values = partition?.values ?? {};
  const texts = chosen !== undefined && Object.hasOwn(values, chosen) ? values[chosen] : undefined;
  if (texts === undefined) {
    const there = Object.keys(values).join(", ");
    throw new AttributesError("SUBJECT_INVALID", `source "${source}" has a table a partition: say which, of ${there}`);
  }
  const fill = (text: string): string => fillPartition(text, (name) => texts[name] ?? "");
  return { table: fill(table), region: region === undefined ? undefined : fill(region) };
}

/** DynamoDB would blame a row. */
async function refuseForeign({ store }: Registry, place: TablePlace, after: RowKey): Promise<void> {
  const names = (await store.keyOf(place)).map(({ name }) => name);
  if (Object.keys(after).length === names.length && names.every((name) => Object.hasOwn(after, name))) return;
  throw new AttributesError("PAGE_INVALID", "that is where the list of another table ended");
}

function pageAfter(key: RowKey): string {
  const values = Object.entries(key).map(([name, value]) => {
    if (typeof value === "string") return [name, "S", value];
    return value instanceof Uint8Array
      ? [name, "B", Buffer.from(value).toString("base64")]
      : [name, "N", digitsOf(value) ?? ""];
  });
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

function keyOfPage(after: string): RowKey {
  const refused = new AttributesError("PAGE_INVALID", "that is no place a list ended at");
  try {
    const values = JSON.parse(Buffer.from(after, "base64url").toString()) as readonly (readonly unknown[])[];
    return Object.fromEntries(
      values.map(([name, type, value]) => {
        const part = typeof value === "string" ? keyValue(type, value) : undefined;
        if (typeof name !== "string" || part === undefined) throw refused;
        return [name, part];
      }),
    );
  } catch {
    throw refused;
  }
}

function keyValue(type: unknown, value: string): KeyValue | undefined {
  switch (type) {
    case "S":
      return value;
    case "N":
      return decimalText(value);
    case "B":
      return Buffer.from(value, "base64");
    default:
      return undefined;
  }
}
