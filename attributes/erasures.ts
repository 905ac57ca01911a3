import type { Plan } from "../claims/plan.ts";
import { keyReferences } from "../claims/reports/references.ts";
import { tableSources } from "../claims/table-sources.ts";
import { AttributesError } from "./attributes-error.ts";
import { keyJson } from "./json-of.ts";
import { type Registry, tableSource } from "./registry.ts";
import { type RestOfKey, rowPlace } from "./row-place.ts";
import type { RowPlace } from "./row-store.ts";
import type { RowSubject } from "./row-subject.ts";
import { subjectRows } from "./subject-rows.ts";
import { isOwn, keyedBy, leadsThrough, walkSubject } from "./walk-subject.ts";

/** A row, and what of it each source reads. */
export type Erasure = { readonly place: RowPlace; readonly bySource: ReadonlyMap<string, readonly string[]> };

export type Erasures = {
  readonly sources: readonly string[];
  /** In the order in which they can go. */
  readonly rows: readonly Erasure[];
  readonly left: readonly { readonly source: string; readonly because: string }[];
};

/** Which sources' rows are to go. */
export type Chosen = {
  readonly sources?: readonly string[];
  readonly key?: RestOfKey;
  readonly leave?: readonly string[];
};

/**
 * Finds the rows of a subject that are to go, and what stays.
 *
 * @throws {AttributesError} `KEY_UNKNOWN` for a chosen source that cannot be looked into, `SOURCE_UNDECIDED` for one that
 * was not chosen, has rows, and is found only through rows that go; what `rowPlace` and the store throw.
 */
export async function erasures(registry: Registry, subject: RowSubject, chosen: Chosen): Promise<Erasures> {
  const { plan } = registry;
  const leave = chosen.leave ?? [];
  for (const name of [...(chosen.sources ?? []), ...leave]) tableSource(plan, name);
  const all = tableSources(plan).map(([name]) => name);
  const sources = inOrder(plan, chosen.sources ?? all.filter((name) => isOwn(plan, name) && !leave.includes(name)));
  const rows = chosen.key
    ? [await oneRow(registry, subject, sources, chosen.key)]
    : await rowsOf(registry, subject, sources);
  const others = all.filter((name) => !sources.includes(name));
  if (chosen.sources === undefined) {
    await refuseUndecided(
      registry,
      subject,
      sources,
      others.filter((name) => !leave.includes(name)),
    );
  }
  return { sources, rows, left: others.map((source) => ({ source, because: whyLeft(plan, source, chosen) })) };
}

/** What is found through others goes before them. */
function inOrder(plan: Plan, sources: readonly string[]): readonly string[] {
  const depth = (name: string): number =>
    [...leadsThrough(plan, name)].filter((root) => Object.hasOwn(plan.sources, root)).length;
  return [...new Set(sources)].toSorted((one, other) => depth(other) - depth(one));
}

async function oneRow(
  registry: Registry,
  subject: RowSubject,
  sources: readonly string[],
  key: RestOfKey,
): Promise<Erasure> {
  const [source] = sources;
  if (source === undefined || sources.length > 1) {
    throw new AttributesError("KEY_INVALID", "a key is of one source: name it, and no other");
  }
  const place = await rowPlace(registry, subjectRows(registry, subject), source, key);
  return { place, bySource: new Map([[source, readBy(registry.plan, source, place)]]) };
}

async function rowsOf(registry: Registry, subject: RowSubject, sources: readonly string[]): Promise<Erasure[]> {
  const { found, notFound } = await walkSubject(registry, subject, sources);
  const [missing] = notFound;
  if (missing) throw missing.because;
  const rows = new Map<string, Erasure>();
  for (const { source, place, rows: stored } of found) {
    for (const { key } of stored) {
      const at = { ...place, key };
      const name = JSON.stringify([place.table, place.region ?? null, keyJson(key)]);
      const earlier = rows.get(name)?.bySource ?? [];
      // Behind rows of the source that is found last.
      rows.delete(name);
      rows.set(name, { place: at, bySource: new Map([...earlier, [source, readBy(registry.plan, source, at)]]) });
    }
  }
  return [...rows.values()];
}

/** The attributes a source reads of a row, its key left out: that goes with the row. */
function readBy(plan: Plan, source: string, { key }: RowPlace): readonly string[] {
  return Object.keys(tableSource(plan, source).attributes).filter((name) => !Object.hasOwn(key, name));
}

async function refuseUndecided(
  registry: Registry,
  subject: RowSubject,
  sources: readonly string[],
  others: readonly string[],
): Promise<void> {
  const through = others.filter((name) => keyedThrough(registry.plan, name).some((root) => sources.includes(root)));
  const { found } = await walkSubject(registry, subject, through);
  const undecided = [...new Set(found.filter(({ rows }) => rows.length > 0).map(({ source }) => source))];
  if (undecided.length === 0) return;
  const names = undecided.map((name) => `"${name}"`).join(", ");
  const why = `${names} can be found only through rows that go, and others may share what is there`;
  throw new AttributesError("SOURCE_UNDECIDED", `${why}: name every source that is to go, or say what is left`);
}

/** The sources whose rows a source's key is built from. */
function keyedThrough(plan: Plan, source: string, seen: ReadonlySet<string> = new Set()): readonly string[] {
  return keyReferences(plan, source).flatMap(([root]) =>
    Object.hasOwn(plan.sources, root) && !seen.has(root)
      ? [root, ...keyedThrough(plan, root, new Set([...seen, root]))]
      : [],
  );
}

function whyLeft(plan: Plan, source: string, { sources, leave = [] }: Chosen): string {
  if (sources !== undefined || leave.includes(source)) return "not chosen";
  return `keyed by ${keyedBy(plan, source).join(", ")}, which others may share`;
}
