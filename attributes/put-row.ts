import { canonicalJson } from "../claims/digest.ts";
import type { JsonValue } from "../cognito/json.ts";
import { AttributesError, type ValueProblem } from "./attributes-error.ts";
import { keyProblems, nameText, toldName, valueProblems } from "./check-values.ts";
import { jsonOf } from "./json-of.ts";
import { type Registry, tableSource } from "./registry.ts";
import { type RestOfKey, readersOf, rowPlace } from "./row-place.ts";
import type { Expected, RowChange, RowPlace, RowStore, StoredRow } from "./row-store.ts";
import type { RowSubject } from "./row-subject.ts";
import { subjectRows } from "./subject-rows.ts";

/** What is written to one row of a source. */
export type Put = {
  readonly source: string;
  readonly subject: RowSubject;
  /** Which row, of a source that has several. */
  readonly key?: RestOfKey;
  /** Attributes it names are written; all others stay as they are. */
  readonly values: { readonly [attribute: string]: JsonValue };
  /** Attributes that are taken away. */
  readonly remove?: readonly string[];
  /**
   * What the row must be: `absent`, `present`, or of the version that was read before. Whatever it is, where this is
   * not given.
   */
  readonly expect?: Expected;
};

/** A write that was checked and can be made. */
export type CheckedPut = { readonly place: RowPlace; readonly change: RowChange; readonly expect: Expected };

/**
 * Where the row of a write is.
 *
 * @throws {AttributesError} what `rowPlace` throws.
 */
export function placeOfPut(registry: Registry, { source, subject, key }: Put): Promise<RowPlace> {
  return rowPlace(registry, subjectRows(registry, subject), source, key);
}

/**
 * Holds a write against the map.
 *
 * @throws {AttributesError} `KEY_INVALID` and `VALUE_INVALID` with every problem there is.
 */
export function checkPut({ plan, tools }: Registry, put: Put, place: RowPlace): CheckedPut {
  const { source, values, remove = [], expect = "any" } = put;
  const declared = tableSource(plan, source);
  const readers = readersOf(plan, place.table, (name) =>
    Object.hasOwn(place.key, name) ? place.key[name] : undefined,
  );
  const unfit = keyProblems(place.key, readers, tools.covers);
  if (unfit.length > 0) throw refused("KEY_INVALID", source, "its key", unfit);
  const problems = [
    ...valueProblems(source, declared, place.key, values, readers, tools.covers),
    ...remove.flatMap((attribute): ValueProblem[] => {
      if (!Object.hasOwn(declared.attributes, attribute) || Object.hasOwn(place.key, attribute)) {
        const problem = `source "${source}" has no attribute ${nameText(attribute)} to take away`;
        return [{ attribute: toldName(attribute), problem }];
      }
      return Object.hasOwn(values, attribute) ? [{ attribute, problem: "written and taken away at once" }] : [];
    }),
  ];
  if (problems.length > 0) throw refused("VALUE_INVALID", source, "the row", problems);
  return { place, change: { set: values, remove: [...new Set(remove)] }, expect };
}

/**
 * Makes a checked write. Gives the version the row has then.
 *
 * @throws {AttributesError} `ROW_PRESENT`, `ROW_MISSING`, `ROW_CHANGED` where the row is not what was expected, and what
 * the store rejects with.
 */
export async function writeRow(store: RowStore, { place, change, expect }: CheckedPut): Promise<number> {
  const version = await store.write(place, change, expect);
  if (version !== null) return version;
  const row = await store.read(place, [...Object.keys(change.set), ...change.remove]);
  // The answer to a first attempt was lost, and a second one met what the first had done.
  const next = expect === "absent" ? 1 : typeof expect === "number" ? expect + 1 : null;
  if (row !== null && row.version === next && holds(row, change)) return row.version;
  if (expect === "absent") throw new AttributesError("ROW_PRESENT", "there is a row already, and nothing was written");
  if (row === null) throw new AttributesError("ROW_MISSING", "there is no such row, and nothing was written");
  throw new AttributesError("ROW_CHANGED", "the row was written in the meantime; read it again, nothing was written");
}

/** Whether a row is as a write would make it. */
export function holds({ attributes }: StoredRow, { set, remove }: RowChange): boolean {
  return (
    Object.entries(set).every(
      ([name, value]) => attributes.has(name) && canonicalJson(jsonOf(attributes.get(name))) === canonicalJson(value),
    ) && remove.every((name) => !attributes.has(name))
  );
}

function refused(
  code: "KEY_INVALID" | "VALUE_INVALID",
  source: string,
  what: string,
  problems: readonly ValueProblem[],
): AttributesError {
  const told = problems.map(({ attribute, problem }) => (attribute === null ? problem : `${attribute}: ${problem}`));
  return new AttributesError(code, `source "${source}": ${what} breaks the map\n  ${told.join("\n  ")}`, problems);
}
