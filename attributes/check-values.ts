import type { Covers } from "../claims/gather/bounds.ts";
import { readDeclared } from "../claims/gather/declared-value.ts";
import type { Declaration, PlanType } from "../claims/plan.ts";
import { closeName } from "../claims/shape/close-name.ts";
import type { TableSource } from "../claims/table-sources.ts";
import type { ValueProblem } from "./attributes-error.ts";
import { declaredText } from "./declared-text.ts";
import type { RowKey } from "./row-store.ts";
import { shapeOf } from "./value-shape.ts";

/** DynamoDB's own limits ("Data types and naming rules"): magnitudes of numbers, levels of lists and maps. */
const [LEAST, MOST] = [1e-130, 9.99e125];
const MAX_DEPTH = 32;

/**
 * Everything that is wrong with values for a source's attributes. What a sign-in would find invalid is: by type, bounds
 * and pattern, through this source or any other that may read the row. So is what is not declared, at any depth, and
 * what a table cannot keep as it is.
 *
 * @param readers The sources that may read the row, this one among them.
 */
export function valueProblems(
  source: string,
  { attributes }: TableSource,
  key: RowKey,
  values: { readonly [attribute: string]: unknown },
  readers: readonly (readonly [name: string, source: TableSource])[],
  covers: Covers,
): readonly ValueProblem[] {
  return Object.entries(values).flatMap(([attribute, value]): readonly ValueProblem[] => {
    const declaration = own(attributes, attribute);
    if (declaration === undefined)
      return [{ attribute: toldName(attribute), problem: undeclared(source, attribute, Object.keys(attributes)) }];
    if (Object.hasOwn(key, attribute)) return [{ attribute, problem: "it is part of the row's key" }];
    const problem = problemOf(declaration, value, covers) ?? kept(value);
    if (problem !== null) return [{ attribute, problem }];
    return readers.flatMap(([name, reader]) => {
      const other = name === source ? undefined : own(reader.attributes, attribute);
      const unfit = other && problemOf(other, value, covers);
      return unfit ? [{ attribute, problem: `source "${name}" reads it too: ${unfit}` }] : [];
    });
  });
}

/** What is wrong with the texts of a key that are declared as attributes too. */
export function keyProblems(
  key: RowKey,
  readers: readonly (readonly [name: string, source: TableSource])[],
  covers: Covers,
): readonly ValueProblem[] {
  return Object.entries(key).flatMap(([attribute, value]) =>
    readers.flatMap(([name, { attributes }]) => {
      const declaration = own(attributes, attribute);
      const problem = declaration && problemOf(declaration, value, covers);
      return problem ? [{ attribute, problem: `source "${name}" reads it: ${problem}` }] : [];
    }),
  );
}

/** What is wrong with a value, by its declaration alone; null for nothing. */
export function problemOf(declaration: Declaration, value: unknown, covers: Covers): string | null {
  const inner = undeclaredMember(declaration.type, value);
  if (inner !== null) return inner;
  const isValid = value !== undefined && readDeclared(declaration, value, { covers }).state === "present";
  return isValid ? null : `expected ${declaredText(declaration)}; got ${shapeOf(value)}`;
}

/** A sign-in does not read a member that is not declared, so nobody would notice a misspelt one. */
function undeclaredMember(type: PlanType, value: unknown): string | null {
  if (typeof type === "string" || typeof value !== "object" || value === null) return null;
  if ("list" in type) return Array.isArray(value) ? firstOf(value, (item) => undeclaredMember(type.list, item)) : null;
  if ("map" in type) return firstOf(Object.values(value), (item) => undeclaredMember(type.map, item));
  return firstOf(Object.entries(value), ([name, item]) => {
    const field = own(type.fields, name);
    return field ? undeclaredMember(field.type, item) : `a member that is not declared: ${nameText(name)}`;
  });
}

/** What keeps DynamoDB from storing a value as it is; null for nothing. */
function kept(value: unknown, depth = 1): string | null {
  if (typeof value === "string") return /\p{Surrogate}/u.test(value) ? "a text with half of a surrogate pair" : null;
  if (typeof value === "number") {
    const size = Math.abs(value);
    return size !== 0 && (size < LEAST || size > MOST) ? "a number that DynamoDB has no place for" : null;
  }
  if (typeof value !== "object" || value === null) return null;
  if (depth >= MAX_DEPTH) return "nested too deeply for DynamoDB";
  return firstOf(Object.entries(value), ([name, item]) =>
    name === "" ? "a member without a name" : (kept(name) ?? kept(item, depth + 1)),
  );
}

function undeclared(source: string, name: string, names: readonly string[]): string {
  const close = closeName(name, names);
  const hint = close === undefined ? `there are: ${names.join(", ")}` : `did you mean ${close}?`;
  return `source "${source}" has no attribute ${nameText(name)}; ${hint}`;
}

/** A name as it was written; null for what looks like none: it may be a value in the wrong place, and is not repeated. */
export function toldName(name: string): string | null {
  return /^[A-Za-z_][\w.:-]{0,63}$/.test(name) ? name : null;
}

export function nameText(name: string): string {
  return toldName(name) === null ? "of that name" : `"${name}"`;
}

function firstOf<T>(items: readonly T[], problem: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = problem(item);
    if (found !== null) return found;
  }
  return null;
}

function own<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
