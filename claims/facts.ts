/** Values while an expression is evaluated: CEL's own, on JavaScript's types. `bigint` is int, `number` is double. */
export type Value = string | boolean | bigint | number | Date | readonly Value[] | ReadonlyMap<string, Value>;

/**
 * What is known of one declared value.
 * - `absent`: its row was read and has no such attribute, or the row is missing under `onMissing: empty`.
 * - `invalid`: it breaks its declaration.
 * - `failed`: its source failed.
 */
export type Fact =
  | { readonly state: "present"; readonly value: Value }
  | { readonly state: "absent" }
  | { readonly state: "invalid" }
  | { readonly state: "failed" };

/** One row to read, with everything already filled in. */
export type RowRequest = {
  readonly source: string;
  readonly table: string;
  readonly region: string | undefined;
  /** Key attributes, all strings. */
  readonly key: { readonly [attribute: string]: string };
  /** The attributes wanted, and no others. */
  readonly attributes: readonly string[];
  readonly consistent: boolean;
};

/**
 * One row as read. Values: string, boolean, null, number or `DecimalText` (`decimal-text.ts`), arrays, `Set` of these,
 * plain objects. Anything else (binary data, say) is invalid wherever a declaration asks for it.
 */
export type Row = ReadonlyMap<string, unknown>;

/** The outcome of one read. `failed` covers every reason; the reason itself may hold data and goes nowhere. */
export type RowResult =
  | { readonly state: "found"; readonly row: Row }
  | { readonly state: "missing" }
  | { readonly state: "failed" };

/**
 * Reads rows, all at once; one result per request, in the same order. Never throws for a row that cannot be read.
 * Aborting `signal` ends what is under way as `failed`.
 */
export type LoadAttributes = (requests: readonly RowRequest[], signal: AbortSignal) => Promise<readonly RowResult[]>;
