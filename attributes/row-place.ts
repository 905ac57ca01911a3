import { decimalText } from "../claims/gather/decimal-text.ts";
import { fillPartition, isPartitioned } from "../claims/gather/partition.ts";
import type { KeyTemplates, Plan } from "../claims/plan.ts";
import { type TableSource, tableSources } from "../claims/table-sources.ts";
import { AttributesError } from "./attributes-error.ts";
import { nameText } from "./check-values.ts";
import { couldFill } from "./could-fill.ts";
import { type Registry, tableSource } from "./registry.ts";
import type { KeyAttribute, KeyValue, RowPlace } from "./row-store.ts";
import type { SubjectRows } from "./subject-rows.ts";

/** What DynamoDB takes of a sort key. */
const MAX_BYTES = 1_024;

/** The rest of a key where the map does not say all of it: the sort key of one row among several. */
export type RestOfKey = { readonly [attribute: string]: string };

/**
 * What a source's key leaves open: the sort key, of one that has several rows for a subject.
 *
 * @throws {AttributesError} what `subjectRows` throws, and `SOURCE_ELSEWHERE` for a source that is read through an index.
 */
export async function openKey(
  { plan, store }: Registry,
  subject: SubjectRows,
  source: string,
): Promise<readonly KeyAttribute[]> {
  const declared = tableSource(plan, source);
  if (declared.kind === "row") return [];
  if (declared.index !== undefined) {
    const why = `source "${source}" is read through an index: name a source that has the row's own key`;
    throw new AttributesError("SOURCE_ELSEWHERE", why);
  }
  const begins = Object.keys(declared.beginsWith ?? {});
  if (begins.length > 0) return begins.map((name) => ({ name, isNumber: false }));
  const keyed = await store.keyOf(await subject.place(source));
  return keyed.filter(({ name }) => !Object.hasOwn(declared.key, name));
}

/**
 * Where one row of a source is.
 *
 * @throws {AttributesError} what `openKey` throws; `KEY_UNKNOWN` and `KEY_INVALID` for a rest of the key that is missing,
 * unfit or superfluous.
 */
export async function rowPlace(
  registry: Registry,
  subject: SubjectRows,
  source: string,
  rest: RestOfKey = {},
): Promise<RowPlace> {
  const open = await openKey(registry, subject, source);
  const superfluous = Object.keys(rest).find((name) => open.every((each) => each.name !== name));
  if (superfluous !== undefined) {
    throw new AttributesError("KEY_INVALID", `source "${source}": its key leaves no ${nameText(superfluous)} open`);
  }
  const { table, region, key, ...at } = await subject.place(source);
  const begins = "beginsWith" in at ? at.beginsWith : {};
  const found = open.map(({ name, isNumber }): readonly [string, KeyValue] => {
    const [begin = "", text] = [begins[name], Object.hasOwn(rest, name) ? rest[name] : undefined];
    if (text === undefined) {
      throw new AttributesError("KEY_UNKNOWN", `source "${source}" has several rows: say which, by "${name}"`);
    }
    if (!text.startsWith(begin) || text.length === begin.length || !isKeyText(text)) {
      const problem = "it is empty, too long, or does not begin as the map says";
      throw new AttributesError("KEY_INVALID", `source "${source}", "${name}": ${problem}`);
    }
    return [name, isNumber ? decimalText(text) : text];
  });
  return { table, region, key: { ...key, ...Object.fromEntries(found) } };
}

function isKeyText(text: string): boolean {
  return !/\p{Surrogate}/u.test(text) && Buffer.byteLength(text) <= MAX_BYTES;
}

/**
 * The sources that may read a row of a table, by the texts of its attributes as far as they are known: a key that is
 * not known may be any.
 */
export function readersOf(
  plan: Plan,
  table: string,
  textOf: (attribute: string) => KeyValue | undefined,
): readonly (readonly [name: string, source: TableSource])[] {
  return tableSources(plan).filter(([, source]) => {
    if (!tablesOf(plan, source).includes(table)) return false;
    const begins: KeyTemplates = source.kind === "query" ? (source.beginsWith ?? {}) : {};
    const fits = (templates: KeyTemplates, isOpen: boolean): boolean =>
      Object.entries(templates).every(([name, template]) => {
        const text = textOf(name);
        return text === undefined || (typeof text === "string" && couldFill(template, text, isOpen));
      });
    return fits(source.key, false) && fits(begins, true);
  });
}

/** The tables a source is, one for each of the map's partitions. */
function tablesOf({ partition }: Plan, { table }: TableSource): readonly string[] {
  if (!isPartitioned(table)) return [table];
  return Object.values(partition?.values ?? {}).map((texts) => fillPartition(table, (name) => texts[name] ?? ""));
}
