import type { Row } from "../claims/facts.ts";
import type { DecimalText } from "../claims/gather/decimal-text.ts";
import type { JsonValue } from "../cognito/json.ts";

/**
 * The attribute that counts how often a row was written through claimseal, so that nobody's change is lost under
 * another's. The trigger never reads it.
 */
export const VERSION = "claimseal:version";

/** A key as its table has it. Those of a map are texts; a sort key that no map speaks of may be something else. */
export type RowKey = { readonly [attribute: string]: KeyValue };
export type KeyValue = string | DecimalText | Uint8Array;

export type TablePlace = { readonly table: string; readonly region: string | undefined };
export type RowPlace = TablePlace & { readonly key: RowKey };

/** The rows of a table or an index that have a key, and whose sort key begins as it says. */
export type RowsPlace = TablePlace & {
  readonly index: string | undefined;
  readonly key: { readonly [attribute: string]: string };
  readonly beginsWith: { readonly [attribute: string]: string };
};

export type StoredRow = {
  readonly key: RowKey;
  /** Those asked for that are there. */
  readonly attributes: Row;
  /** How often it was written through claimseal; 0 where it never was, and where an index was read. */
  readonly version: number;
};

/** What a write makes of a row. Attributes it does not name stay as they are. */
export type RowChange = {
  readonly set: { readonly [attribute: string]: JsonValue };
  readonly remove: readonly string[];
};

/** What a row must be for a write to happen: not there, there, of this version, or whatever it is. */
export type Expected = "absent" | "present" | number | "any";

export type KeyAttribute = { readonly name: string; readonly isNumber: boolean };

export type ScanPage = { readonly rows: readonly StoredRow[]; readonly more: boolean };

/**
 * The tables rows are in. What a store cannot do it rejects with an `AttributesError`: `AWS_REFUSED`,
 * `AWS_UNREACHABLE`, and `ROW_REFUSED` for a row that DynamoDB does not take.
 */
export type RowStore = {
  /** One row, read consistently, with these attributes and no others; null where there is none. */
  readonly read: (place: RowPlace, attributes: readonly string[]) => Promise<StoredRow | null>;
  /** All rows, however many. An index may be some moments behind its table. */
  readonly query: (rows: RowsPlace, attributes: readonly string[]) => Promise<readonly StoredRow[]>;
  /** Rows of a table in its own order, after one of them; no more than `limit`, and maybe fewer though there are more. */
  readonly scan: (
    table: TablePlace,
    attributes: readonly string[],
    after: RowKey | null,
    limit: number,
  ) => Promise<ScanPage>;
  /** Writes a row and counts it; its version then, or null where it was not what was expected. */
  readonly write: (place: RowPlace, change: RowChange, expected: Expected) => Promise<number | null>;
  /** The names of everything a row holds beside its key, and its version; null where there is none. */
  readonly names: (place: RowPlace) => Promise<{ readonly names: readonly string[]; readonly version: number } | null>;
  /** Takes attributes out of a row; false where it is of another version. */
  readonly strip: (place: RowPlace, names: readonly string[], version: number) => Promise<boolean>;
  /** Deletes a row; false where it is of another version. */
  readonly delete: (place: RowPlace, version: number) => Promise<boolean>;
  /** What a table's key is made of, partition key first. */
  readonly keyOf: (table: TablePlace) => Promise<readonly KeyAttribute[]>;
};
