import { ClaimsError } from "../claims-error.ts";
import type { Row, RowResult } from "../facts.ts";
import type { PlanSource } from "../plan.ts";

/** What a source gave, once the map's rules for a missing or failed read were applied. */
export type RowOutcome =
  | { readonly kind: "row"; readonly row: Row }
  | { readonly kind: "rows"; readonly rows: readonly Row[] }
  | { readonly kind: "failed" };

/** The row under `onMissing: empty`. */
const EMPTY: Row = new Map();

/**
 * Applies a source's `onMissing`, `onError` and `onMore` to what was read; `undefined` stands for a read that could not
 * even be asked for.
 *
 * @throws {ClaimsError} `SOURCE_MISSING`, `SOURCE_UNAVAILABLE`, `SOURCE_INVALID` where the map denies.
 */
export function rowOutcome(source: string, declared: PlanSource, result: RowResult | undefined): RowOutcome {
  if (result === undefined)
    return failed(source, declared, "SOURCE_INVALID", "its key cannot be built for this subject");
  if (declared.kind === "query") return rowsOutcome(source, declared, result);
  switch (result.state) {
    case "found":
      return { kind: "row", row: result.row };
    case "missing":
      if (declared.onMissing === "empty") return { kind: "row", row: EMPTY };
      throw new ClaimsError("SOURCE_MISSING", `source "${source}": no row for this subject`);
    default:
      return failed(source, declared, "SOURCE_UNAVAILABLE", "its row could not be read");
  }
}

function rowsOutcome(source: string, declared: PlanSource & { readonly kind: "query" }, result: RowResult): RowOutcome {
  if (result.state !== "rows") return failed(source, declared, "SOURCE_UNAVAILABLE", "its rows could not be read");
  const { rows, more } = result;
  if (rows.length === 0 && declared.onMissing === "deny") {
    throw new ClaimsError("SOURCE_MISSING", `source "${source}": no rows for this subject`);
  }
  if ((more || rows.length > declared.limit) && declared.onMore === "deny") {
    return failed(source, declared, "SOURCE_INVALID", "more rows for this subject than its limit");
  }
  return { kind: "rows", rows: rows.slice(0, declared.limit) };
}

/** A row read before would have stood in by now: a read that failed under `stale` found none, and denies. */
function failed(
  source: string,
  { onError }: PlanSource,
  code: "SOURCE_INVALID" | "SOURCE_UNAVAILABLE",
  problem: string,
): RowOutcome {
  if (onError === "unknown") return { kind: "failed" };
  throw new ClaimsError(code, `source "${source}": ${problem}`);
}
