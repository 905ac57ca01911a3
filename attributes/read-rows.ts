import type { JsonValue } from "../cognito/json.ts";
import { keyJson } from "./json-of.ts";
import { type Registry, tableSource } from "./registry.ts";
import { attributesOf, type StoredAttribute } from "./row-state.ts";
import type { StoredRow } from "./row-store.ts";
import type { RowSubject } from "./row-subject.ts";
import { subjectRows } from "./subject-rows.ts";

/** A row of a source, with every attribute that is declared. */
export type ReadRow = {
  readonly key: { readonly [attribute: string]: JsonValue };
  /** For `expect`: how often it was written through claimseal. */
  readonly version: number;
  readonly attributes: { readonly [name: string]: StoredAttribute };
};

/**
 * A subject's rows of one source: one or none, or of a source that has several as many as there are.
 *
 * @throws {AttributesError} what `subjectRows` and the store throw.
 */
export async function readRows(registry: Registry, source: string, subject: RowSubject): Promise<readonly ReadRow[]> {
  const rows = await subjectRows(registry, subject).rows(source);
  return rows.map((row) => readRow(registry, source, row));
}

/** A row that was found, as it is shown. */
export function readRow({ plan, tools }: Registry, source: string, row: StoredRow): ReadRow {
  return {
    key: keyJson(row.key),
    version: row.version,
    attributes: attributesOf(tableSource(plan, source).attributes, row, tools.covers),
  };
}
