/** Values while an expression is evaluated: CEL's own, on JavaScript's types. `bigint` is int, `number` is double. */
export type Value =
  | string
  | boolean
  | bigint
  | number
  | Date
  | readonly Value[]
  | ReadonlyMap<string, Value>
  | RowValue;

/** One of several rows of a source while an expression goes through them; its attributes have states of their own. */
export type RowValue = { readonly attributes: ReadonlyMap<string, Fact> };

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

/** One read of a source, with everything already filled in. */
export type RowRequest = RowRead | RowsQuery | HookCall | ChainCall;

export type RowRead = {
  readonly kind: "row";
  readonly source: string;
  readonly table: string;
  readonly region: string | undefined;
  /** Key attributes, all strings. */
  readonly key: { readonly [attribute: string]: string };
  /** The attributes wanted, and no others. */
  readonly attributes: readonly string[];
  readonly consistent: boolean;
};

export type RowsQuery = Omit<RowRead, "kind"> & {
  readonly kind: "query";
  readonly index: string | undefined;
  /** One sort key attribute and what its values begin with. */
  readonly beginsWith: { readonly [attribute: string]: string };
  readonly order: "ascending" | "descending";
  /** Rows at most; whether there were more is part of the result. */
  readonly limit: number;
};

export type HookCall = {
  readonly kind: "custom";
  readonly source: string;
  readonly hook: string;
  readonly subject: HookSubject;
  readonly attributes: readonly string[];
};

/** What the function is sent, the event, is the same for all of them and not part of it. */
export type ChainCall = {
  readonly kind: "chain";
  readonly source: string;
  /** Its ARN. */
  readonly function: string;
  readonly attributes: readonly string[];
};

/** What a hook is told: Cognito's own word, and nothing personal. */
export type HookSubject = {
  readonly poolId: string;
  readonly clientId: string;
  readonly grant: "user" | "client_credentials";
  readonly sub: string;
};

/**
 * One row as read. Values: string, boolean, null, number or `DecimalText` (`decimal-text.ts`), arrays, `Set` of these,
 * plain objects. Anything else (binary data, say) is invalid wherever a declaration asks for it.
 */
export type Row = ReadonlyMap<string, unknown>;

/** The outcome of one read. `failed` covers every reason; the reason itself may hold data and goes nowhere. */
export type RowResult =
  | { readonly state: "found"; readonly row: Row }
  /** Answers a query; an empty list when there are none. */
  | { readonly state: "rows"; readonly rows: readonly Row[]; readonly more: boolean }
  | { readonly state: "missing" }
  | { readonly state: "failed" };

/**
 * Reads rows, all at once; one result per request, in the same order. Never throws for a row that cannot be read.
 * Aborting `signal` ends what is under way as `failed`.
 */
export type LoadAttributes = (requests: readonly RowRequest[], signal: AbortSignal) => Promise<readonly RowResult[]>;

/**
 * Asks a Lambda function, by its ARN, and gives its answer, parsed. Rejects for whatever is no answer, in time for
 * `signal`; of what it rejects with nothing may be passed on, because it may hold data.
 */
export type InvokeFunction = (functionArn: string, payload: string, signal: AbortSignal) => Promise<unknown>;
