import { printReference } from "../claims/language/reference.ts";
import type { Plan } from "../claims/plan.ts";
import { keyReferences, originsOf } from "../claims/reports/references.ts";
import { tableSources } from "../claims/table-sources.ts";
import { AttributesError } from "./attributes-error.ts";
import type { Registry } from "./registry.ts";
import type { StoredRow, TablePlace } from "./row-store.ts";
import type { RowSubject } from "./row-subject.ts";
import { partitionReferences, subjectRows } from "./subject-rows.ts";

/** The rows of one source, for one of the subject's tenants where its key needs one. */
export type FoundRows = {
  readonly source: string;
  readonly tenant: string | null;
  readonly place: TablePlace;
  readonly rows: readonly StoredRow[];
};

/** A source whose rows cannot be looked for, and what would have to be said. */
export type NotFound = { readonly source: string; readonly because: AttributesError };

/**
 * Reads everything the map can read of one subject, or what some sources hold. Without a tenant, those that are keyed by
 * one are read for every tenant the subject may choose.
 *
 * @throws {AttributesError} what the store rejects with; `SOURCE_UNKNOWN` and `SOURCE_ELSEWHERE` for sources asked for.
 */
export async function walkSubject(
  registry: Registry,
  subject: RowSubject,
  sources: readonly string[] = tableSources(registry.plan).map(([name]) => name),
): Promise<{ readonly found: readonly FoundRows[]; readonly notFound: readonly NotFound[] }> {
  const found: FoundRows[] = [];
  const notFound: NotFound[] = [];
  const alone = subjectRows(registry, subject);
  for (const source of sources) {
    try {
      const isByTenant = subject.tenant === undefined && leadsThrough(registry.plan, source).has("tenant");
      const tenants = isByTenant ? await alone.tenants() : [subject.tenant ?? null];
      for (const tenant of tenants) {
        const rows = tenant === null ? alone : subjectRows(registry, { ...subject, tenant });
        const { table, region } = await rows.place(source);
        found.push({ source, tenant, place: { table, region }, rows: await rows.rows(source) });
      }
    } catch (error) {
      if (!(error instanceof AttributesError && /^KEY_|^SUBJECT_INVALID$/.test(error.code))) throw error;
      notFound.push({ source, because: error });
    }
  }
  return { found, notFound };
}

/** The roots of everything a source's key and place are worked out from: names of sources, `user`, `tenant`. */
export function leadsThrough(plan: Plan, source: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const follow = (root: string): void => {
    if (seen.has(root)) return;
    seen.add(root);
    for (const [next] of originsOf(plan, [root])) follow(next);
  };
  for (const [root] of [...keyReferences(plan, source), ...partitionReferences(plan, source)]) follow(root);
  return seen;
}

/** Whether a source's rows are the person's own: their keys are built from the `sub`, or from what Cognito has of it. */
export function isOwn(plan: Plan, source: string): boolean {
  return keyReferences(plan, source).some(([root]) => root === "user");
}

/** What a source's keys are built from, as the map writes it. */
export function keyedBy(plan: Plan, source: string): readonly string[] {
  return keyReferences(plan, source).map(printReference);
}
