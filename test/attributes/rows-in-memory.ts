import { keyJson } from "../../attributes/json-of.ts";
import {
  type Expected,
  type KeyAttribute,
  type RowKey,
  type RowPlace,
  type RowStore,
  type StoredRow,
  VERSION,
} from "../../attributes/row-store.ts";
import { decimalText, digitsOf } from "../../claims/gather/decimal-text.ts";

export type Item = Map<string, unknown>;

export type MemoryStore = RowStore & {
  /** By table, then by key. */
  readonly tables: ReadonlyMap<string, Map<string, Item>>;
  readonly item: (table: string, key: RowKey) => { readonly [name: string]: unknown } | undefined;
  /** Called before each operation, which it may end by throwing. */
  onAsk: (operation: string, place: { readonly table: string }) => void | Promise<void>;
};

/** Tables in memory that behave as the port says; numbers are decimal text, as a table has them. */
export function rowsInMemory(keys: { readonly [table: string]: readonly string[] }): MemoryStore {
  const tables = new Map(Object.keys(keys).map((table) => [table, new Map<string, Item>()]));
  const rowsOf = (table: string): Map<string, Item> => tables.get(table) ?? new Map();
  const nameOf = (table: string, item: Item | RowKey): string =>
    JSON.stringify((keys[table] ?? []).map((name) => keyJson({ key: value(item, name) as string })["key"]));
  const stored = (table: string, item: Item, wanted: readonly string[]): StoredRow => ({
    key: Object.fromEntries((keys[table] ?? []).map((name) => [name, item.get(name) as string])),
    attributes: new Map(wanted.filter((name) => item.has(name)).map((name) => [name, item.get(name)])),
    version: versionOf(item),
  });
  const meets = (item: Item | undefined, expected: Expected): boolean => {
    if (expected === "any") return true;
    if (expected === "absent") return item === undefined;
    return item !== undefined && (expected === "present" || versionOf(item) === expected);
  };
  const ask = async <T>(operation: string, place: { readonly table: string }, answer: () => T): Promise<T> => {
    await store.onAsk(operation, place);
    return answer();
  };
  const at = ({ table, key }: RowPlace): Item | undefined => rowsOf(table).get(nameOf(table, key));
  const store: MemoryStore = {
    tables,
    item: (table, key) => {
      const item = rowsOf(table).get(nameOf(table, key));
      return item && Object.fromEntries([...item].map(([name, raw]) => [name, plain(raw)]));
    },
    onAsk: () => {},
    read: (place, wanted) =>
      ask("read", place, () => {
        const item = at(place);
        return item === undefined ? null : stored(place.table, item, wanted);
      }),
    query: (place, wanted) =>
      ask("query", place, () =>
        [...rowsOf(place.table).values()]
          .filter(
            (item) =>
              Object.entries(place.key).every(([name, text]) => item.get(name) === text) &&
              Object.entries(place.beginsWith).every(([name, text]) => String(item.get(name)).startsWith(text)),
          )
          .map((item) => stored(place.table, item, wanted)),
      ),
    scan: (place, wanted, after, limit) =>
      ask("scan", place, () => {
        const all = [...rowsOf(place.table).entries()].toSorted(([one], [other]) => (one < other ? -1 : 1));
        const from = after === null ? 0 : all.findIndex(([name]) => name === nameOf(place.table, after)) + 1;
        const page = all.slice(from, from + limit).map(([, item]) => stored(place.table, item, wanted));
        return { rows: page, more: from + limit < all.length };
      }),
    write: (place, { set, remove }, expected) =>
      ask("write", place, () => {
        const item = at(place);
        if (!meets(item, expected)) return null;
        const next: Item = new Map(item ?? Object.entries(place.key));
        for (const [name, raw] of Object.entries(set)) next.set(name, asStored(raw));
        for (const name of remove) next.delete(name);
        const version = (item ? versionOf(item) : 0) + 1;
        next.set(VERSION, decimalText(String(version)));
        rowsOf(place.table).set(nameOf(place.table, place.key), next);
        return version;
      }),
    names: (place) =>
      ask("names", place, () => {
        const item = at(place);
        const names = [...(item?.keys() ?? [])].filter((name) => !Object.hasOwn(place.key, name));
        return item === undefined ? null : { names, version: versionOf(item) };
      }),
    strip: (place, names, version) =>
      ask("strip", place, () => {
        const item = at(place);
        if (!meets(item, version)) return false;
        for (const name of names) item?.delete(name);
        return true;
      }),
    delete: (place, version) =>
      ask(
        "delete",
        place,
        () => meets(at(place), version) && rowsOf(place.table).delete(nameOf(place.table, place.key)),
      ),
    keyOf: (place) =>
      ask("keyOf", place, (): KeyAttribute[] =>
        (keys[place.table] ?? []).map((name) => ({ name, isNumber: name === "at" })),
      ),
  };
  return store;
}

function value(item: Item | RowKey, name: string): unknown {
  return item instanceof Map ? item.get(name) : item[name];
}

function versionOf(item: Item): number {
  return Number(digitsOf(item.get(VERSION)) ?? 0);
}

function asStored(raw: unknown): unknown {
  if (typeof raw === "number") return decimalText(String(raw));
  if (Array.isArray(raw)) return raw.map(asStored);
  if (typeof raw !== "object" || raw === null) return raw;
  return Object.fromEntries(Object.entries(raw).map(([name, each]) => [name, asStored(each)]));
}

function plain(raw: unknown): unknown {
  return keyJson({ raw: raw as string })["raw"];
}
