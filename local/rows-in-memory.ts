import type { ChainCall, LoadAttributes, Row, RowRead, RowRequest, RowResult, RowsQuery } from "../claims/facts.ts";
import type { TableRow, TableRows } from "./dynamodb.ts";

/** The claims a chained function would add, by source; null where it adds none. */
export type ChainedClaims = { readonly [source: string]: TableRow | null };

/**
 * Tables in memory, read as DynamoDB would: by exact key or by query, and with only the attributes asked for. A query
 * gives rows in the order of the attribute its `beginsWith` names, as DynamoDB would by the sort key; without one, in
 * the order of the table. A chained function answers with the same to everybody.
 */
export function rowsInMemory(tables: TableRows, chained: ChainedClaims = {}): LoadAttributes {
  return (requests) => Promise.resolve(requests.map((request) => read(tables, chained, request)));
}

function read(tables: TableRows, chained: ChainedClaims, request: RowRequest): RowResult {
  if (request.kind === "custom") return { state: "failed" };
  if (request.kind === "chain") {
    const claims = Object.hasOwn(chained, request.source) ? chained[request.source] : undefined;
    if (claims === undefined) return { state: "failed" };
    return claims === null ? { state: "missing" } : { state: "found", row: project(claims, request) };
  }
  // A table that is not there is no missing row: DynamoDB refuses the read.
  const rows = Object.hasOwn(tables, request.table) ? tables[request.table] : undefined;
  if (rows === undefined) return { state: "failed" };
  const found = rows.filter((row) => hasKey(row, request));
  if (request.kind === "query") return rowsOf(request, found);
  const [row] = found;
  return row === undefined ? { state: "missing" } : { state: "found", row: project(row, request) };
}

function rowsOf(query: RowsQuery, found: readonly TableRow[]): RowResult {
  const [sort] = Object.keys(query.beginsWith);
  const rows = found.filter((row) =>
    Object.entries(query.beginsWith).every(([name, start]) => begins(row, name, start)),
  );
  const ascending = sort === undefined ? rows : rows.toSorted((a, b) => compare(text(a, sort), text(b, sort)));
  const ordered = query.order === "ascending" ? ascending : ascending.toReversed();
  return {
    state: "rows",
    rows: ordered.slice(0, query.limit).map((row) => project(row, query)),
    more: ordered.length > query.limit,
  };
}

function hasKey(row: TableRow, { key }: RowRead | RowsQuery): boolean {
  return Object.entries(key).every(([name, value]) => Object.hasOwn(row, name) && row[name] === value);
}

function begins(row: TableRow, name: string, start: string): boolean {
  return text(row, name)?.startsWith(start) ?? false;
}

function text(row: TableRow, name: string): string | undefined {
  const value = Object.hasOwn(row, name) ? row[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** DynamoDB orders texts by their bytes in UTF-8. */
function compare(a = "", b = ""): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function project(row: TableRow, { attributes }: RowRead | RowsQuery | ChainCall): Row {
  return new Map(attributes.filter((name) => Object.hasOwn(row, name)).map((name) => [name, row[name]]));
}
