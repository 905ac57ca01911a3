import type { Class, Plan, Trust } from "../claims/plan.ts";
import type { JsonValue } from "../cognito/json.ts";
import { keyJson } from "./json-of.ts";
import { type Registry, whereElse } from "./registry.ts";
import { type AttributeState, attributesOf, type StoredAttribute } from "./row-state.ts";
import type { RowSubject } from "./row-subject.ts";
import { isOwn, keyedBy, type NotFound, walkSubject } from "./walk-subject.ts";

/** Everything a map can read of one subject, with why it is read and where it may go: for the subject to see. */
export type SubjectExport = {
  readonly v: 1;
  readonly map: string;
  readonly revision: string;
  /** When, ISO 8601. */
  readonly made: string;
  readonly subject: RowSubject;
  readonly sources: readonly ExportedSource[];
  /** Sources in tables that could not be looked into, and what would have to be said. */
  readonly notRead: readonly { readonly source: string; readonly code: string; readonly because: string }[];
  /** What the map reads and no table of its own holds. */
  readonly elsewhere: readonly Elsewhere[];
};

export type ExportedSource = {
  readonly source: string;
  readonly tenant: string | null;
  readonly table: string;
  readonly region: string | null;
  /** Regions its values may be sealed in; null for any. */
  readonly residency: readonly string[] | null;
  /** Who can write it. */
  readonly trust: Trust;
  /** What its keys are built from, and whether that is the person: other rows may be many people's. */
  readonly keyedBy: readonly string[];
  readonly isOwn: boolean;
  readonly rows: readonly {
    readonly key: { readonly [attribute: string]: JsonValue };
    readonly attributes: { readonly [name: string]: ExportedAttribute };
  }[];
};

export type ExportedAttribute = {
  readonly state: AttributeState;
  readonly class: Class;
  readonly purpose: string | null;
  /** Null where it is absent. */
  readonly value: JsonValue;
};

export type Elsewhere = {
  /** `Cognito`, or the source. */
  readonly holder: string;
  readonly is: string;
  readonly attributes: { readonly [name: string]: { readonly class: Class; readonly purpose: string | null } };
};

/**
 * Reads everything the map can read of one subject.
 *
 * @throws {AttributesError} what `walkSubject` throws.
 */
export async function exportSubject(registry: Registry, subject: RowSubject, now: () => Date): Promise<SubjectExport> {
  const { plan, tools } = registry;
  const { found, notFound } = await walkSubject(registry, subject);
  return {
    v: 1,
    map: plan.name,
    revision: plan.revision,
    made: now().toISOString(),
    subject,
    sources: found.map(({ source, tenant, place, rows }) => {
      const { attributes, residency, trust } = plan.sources[source] ?? { attributes: {}, trust: "caller" as const };
      return {
        source,
        tenant,
        table: place.table,
        region: place.region ?? null,
        residency: residency ?? null,
        trust,
        keyedBy: keyedBy(plan, source),
        isOwn: isOwn(plan, source),
        rows: rows.map((row) => ({
          key: keyJson(row.key),
          attributes: Object.fromEntries(
            Object.entries(attributesOf(attributes, row, tools.covers)).map(([name, attribute]) => [
              name,
              exported(attribute),
            ]),
          ),
        })),
      };
    }),
    notRead: notReadOf(notFound),
    elsewhere: elsewhereOf(plan),
  };
}

function exported({ state, class: of, purpose, value = null }: StoredAttribute): ExportedAttribute {
  return { state, class: of, purpose, value };
}

/** Why sources could not be looked into. */
export function notReadOf(notFound: readonly NotFound[]): SubjectExport["notRead"] {
  return notFound.map(({ source, because: { code, message } }) => ({ source, code, because: message }));
}

/** What the user pool and code of the owner's hold, and no command of ours reads or erases. */
export function elsewhereOf(plan: Plan): readonly Elsewhere[] {
  const told = (attributes: { readonly [name: string]: { readonly class: Class; readonly purpose?: string } }) =>
    Object.fromEntries(
      Object.entries(attributes).map(([name, { class: of, purpose }]) => [
        name,
        { class: of, purpose: purpose ?? null },
      ]),
    );
  const functions = Object.entries(plan.sources).flatMap(([holder, source]) =>
    source.kind === "custom" || source.kind === "chain"
      ? [{ holder, is: whereElse(source), attributes: told(source.attributes) }]
      : [],
  );
  const inputs = told(plan.inputs.user);
  return [
    ...(Object.keys(inputs).length > 0 ? [{ holder: "Cognito", is: "the user pool", attributes: inputs }] : []),
    ...functions,
  ];
}
