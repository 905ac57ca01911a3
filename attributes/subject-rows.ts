import { ClaimsError } from "../claims/claims-error.ts";
import { evaluate, type Look, worldOf } from "../claims/evaluate/evaluate.ts";
import { keyTexts } from "../claims/gather/key-text.ts";
import { type GatheredRows, lookAt } from "../claims/gather/look-at.ts";
import { isPartitioned, partitionText } from "../claims/gather/partition.ts";
import { printReference } from "../claims/language/reference.ts";
import type { KeyTemplates, Plan, Reference } from "../claims/plan.ts";
import { keyReferences, referencesOf } from "../claims/reports/references.ts";
import type { TableSource } from "../claims/table-sources.ts";
import type { Subject } from "../cognito/subject.ts";
import { AttributesError } from "./attributes-error.ts";
import { type Registry, tableSource } from "./registry.ts";
import type { RowPlace, RowsPlace, StoredRow, TablePlace } from "./row-store.ts";
import { lookAtSubject, type RowSubject } from "./row-subject.ts";

/** One subject's rows, each read once. */
export type SubjectRows = {
  /** Where a source's row is; of a source that has several, what finds them. */
  readonly place: (source: string) => Promise<RowPlace | RowsPlace>;
  /** A source's rows: one, none, or as many as there are. */
  readonly rows: (source: string) => Promise<readonly StoredRow[]>;
  /** The tenants the subject may choose. */
  readonly tenants: () => Promise<readonly string[]>;
};

/** Nobody: what a sign-in would say of a subject is said by `RowSubject`. */
const NOBODY: Subject = {
  shape: "V2",
  poolId: "",
  region: "",
  clientId: "",
  grant: "user",
  trigger: "",
  userName: "",
  sub: "",
  attributes: new Map(),
  groups: [],
  groupConfiguration: null,
  scopes: [],
  metadata: new Map(),
};

/**
 * Finds the rows of one subject where a sign-in would look for them: keys are filled in from what was said of the
 * subject and from rows they lead through, which are read.
 *
 * Everything rejects with an `AttributesError`: `KEY_UNKNOWN` names what would have to be said, `KEY_INVALID` a source
 * whose key cannot be told from another subject's.
 */
export function subjectRows({ plan, tools, store }: Registry, subject: RowSubject): SubjectRows {
  const gathered = new Map<string, GatheredRows>();
  const reading = new Map<string, Promise<readonly StoredRow[]>>();
  const lookWithRows = lookAtSubject(plan, subject, tools);
  // Anew each time: a look keeps what it saw, and rows are still being read.
  const look = (): Look => lookWithRows(lookAt(plan, NOBODY, gathered, tools));

  const lookWith = async (references: readonly Reference[]): Promise<Look> => {
    const known = look();
    for (const reference of references) if (known(reference).state === "failed") await rows(reference[0]);
    return look();
  };

  const place = async (name: string): Promise<RowPlace | RowsPlace> => {
    const source = tableSource(plan, name);
    const references = keyReferences(plan, name);
    const chosen = subject.partition === undefined ? partitionReferences(plan, name) : [];
    const known = await lookWith([...references, ...chosen]);
    const unknown = references.filter((reference) => known(reference).state !== "present");
    if (unknown.length > 0) {
      throw new AttributesError(
        "KEY_UNKNOWN",
        `source "${name}": its key needs ${unknown.map(printReference).join(", ")}`,
      );
    }
    const at = placeOf(plan, name, source, known);
    const filled = (templates: KeyTemplates): { readonly [attribute: string]: string } => {
      const texts = keyTexts(templates, known);
      if (texts) return texts;
      const why = "a value is empty, too long, or holds what stands in the key beside it";
      throw new AttributesError("KEY_INVALID", `source "${name}": its key cannot be built: ${why}`);
    };
    if (source.kind === "row") return { ...at, key: filled(source.key) };
    return { ...at, index: source.index, key: filled(source.key), beginsWith: filled(source.beginsWith ?? {}) };
  };

  const read = async (name: string): Promise<readonly StoredRow[]> => {
    const source = tableSource(plan, name);
    const attributes = Object.keys(source.attributes);
    const at = await place(name);
    const found = "beginsWith" in at ? await store.query(at, attributes) : await store.read(at, attributes);
    const all = found === null ? [] : "key" in found ? [found] : found;
    const outcome: GatheredRows["outcome"] =
      source.kind === "query"
        ? { kind: "rows", rows: all.map((row) => row.attributes) }
        : { kind: "row", row: all[0]?.attributes ?? new Map() };
    gathered.set(name, { attributes, outcome });
    return all;
  };

  const rows = (name: string): Promise<readonly StoredRow[]> => {
    const known = reading.get(name) ?? read(name);
    reading.set(name, known);
    return known;
  };

  const tenants = async (): Promise<readonly string[]> => {
    if (plan.tenant === undefined) return [];
    const known = await lookWith(referencesOf(plan.tenant.allowed));
    const allowed = evaluate(plan.tenant.allowed, { ...worldOf(known), matches: tools.matches });
    if (allowed.known && Array.isArray(allowed.value)) return [...new Set(allowed.value as readonly string[])];
    throw new AttributesError("KEY_UNKNOWN", "which tenants the subject has cannot be found; say which one");
  };

  return { place, rows, tenants };
}

/** What the choice of a partition depends on, for a source whose table, region or key depends on that. */
export function partitionReferences(plan: Plan, name: string): readonly Reference[] {
  const { table, region = "" } = tableSource(plan, name);
  const isByPartition = keyReferences(plan, name).some(([root]) => root === "partition");
  return isByPartition || isPartitioned(table) || isPartitioned(region) ? referencesOf(plan.partition?.by) : [];
}

function placeOf(plan: Plan, name: string, { table, region }: TableSource, look: Look): TablePlace {
  try {
    return {
      table: partitionText(plan, look, table),
      region: region === undefined ? undefined : partitionText(plan, look, region),
    };
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error;
    throw new AttributesError(
      "KEY_UNKNOWN",
      `source "${name}": its table depends on the partition, which is not known`,
    );
  }
}
