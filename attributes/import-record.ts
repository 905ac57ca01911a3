import { printReference } from "../claims/language/reference.ts";
import type { Plan } from "../claims/plan.ts";
import { originsOf } from "../claims/reports/references.ts";
import type { JsonValue } from "../cognito/json.ts";
import { AttributesError } from "./attributes-error.ts";
import type { Put } from "./put-row.ts";
import { type Registry, tableSource } from "./registry.ts";
import { openKey } from "./row-place.ts";
import type { RowSubject } from "./row-subject.ts";
import { partitionReferences, subjectRows } from "./subject-rows.ts";
import { typedText } from "./typed-text.ts";
import { shapeOf } from "./value-shape.ts";

/** A place in a file: bytes before it, and the line it is on, from 1. */
export type FilePlace = { readonly byte: number; readonly line: number };

/** One record of a file: its members by name, each a cell's text or a JSON value; or why it is none. */
export type ImportRecord = {
  readonly line: number;
  /** Where the file goes on behind it. */
  readonly next: FilePlace;
} & ({ readonly members: { readonly [name: string]: ImportMember } } | { readonly problem: string });

export type ImportMember = { readonly text: string } | { readonly json: JsonValue };

/**
 * A record as a write: members named like what the key is built from (`user.sub`) say whose row it is, those the key
 * leaves open which one, and all others are values.
 *
 * @throws {AttributesError} `SUBJECT_INVALID` for a member of the key that is no text, and what `openKey` throws.
 */
export async function recordAsPut(
  registry: Registry,
  source: string,
  common: RowSubject,
  members: { readonly [name: string]: ImportMember },
): Promise<Put> {
  const { plan } = registry;
  const declared = tableSource(plan, source);
  const references = keyMembers(plan, source);
  const told = Object.entries(members).filter(([name]) => references.has(name));
  const subject = told.reduce((of, [name, member]) => withMember(of, name, textOf(name, member)), common);
  const open = declared.kind === "row" ? [] : await openKey(registry, subjectRows(registry, subject), source);
  const rest = Object.entries(members).filter(([name]) => !references.has(name));
  const isOpen = (name: string): boolean => open.some((each) => each.name === name);
  return {
    source,
    subject,
    key: Object.fromEntries(
      rest.filter(([name]) => isOpen(name)).map(([name, member]) => [name, textOf(name, member)]),
    ),
    values: Object.fromEntries(
      rest
        .filter(([name]) => !isOpen(name))
        .map(([name, member]) => {
          const declaration = Object.hasOwn(declared.attributes, name) ? declared.attributes[name] : undefined;
          if ("json" in member) return [name, member.json];
          return [name, declaration ? typedText(declaration, member.text) : member.text];
        }),
    ),
  };
}

/** What a source's key is built from, all the way to what can be said of a subject: each may be a member of a record. */
export function keyMembers(plan: Plan, source: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const follow = (root: string): void => {
    for (const reference of originsOf(plan, [root])) {
      const [next] = reference;
      const name = printReference(reference);
      if (seen.has(name)) continue;
      // A partition is chosen by what comes behind it, and a tenant is said.
      if (next !== "partition") seen.add(name);
      if (next !== "tenant") follow(next);
    }
  };
  follow(source);
  for (const reference of partitionReferences(plan, source)) {
    seen.add(printReference(reference));
    follow(reference[0]);
  }
  return seen;
}

function withMember(subject: RowSubject, name: string, text: string): RowSubject {
  if (name === "user.sub") return { ...subject, sub: text };
  if (name === "client.id") return { ...subject, clientId: text };
  if (name === "tenant.id") return { ...subject, tenant: text };
  return { ...subject, given: { ...subject.given, [name]: text } };
}

function textOf(name: string, member: ImportMember): string {
  const value = "text" in member ? member.text : member.json;
  if (typeof value === "string") return value;
  throw new AttributesError("SUBJECT_INVALID", `${name}: expected text; got ${shapeOf(value)}`);
}
