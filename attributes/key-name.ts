import { canonicalJson, textDigest } from "../claims/digest.ts";
import { highestClass } from "../claims/language/lattice.ts";
import type { Class, Plan, TemplatePart } from "../claims/plan.ts";
import { standingIn } from "../claims/reports/references.ts";
import type { JsonValue } from "../cognito/json.ts";
import { keyJson } from "./json-of.ts";
import { tableSource } from "./registry.ts";
import type { RowKey } from "./row-store.ts";

/** A hash has 132 bits. */
const CHARACTERS = 22;

/**
 * How private a row's key is, by the names of its attributes: as private as the most private of what it is built from.
 * What the map does not build, the rest of a sort key or the table's key behind an index, is as private as the source
 * declares the attribute of that name; where it declares none, it may be anything.
 */
export function keyClass(plan: Plan, source: string, key: RowKey): Class {
  const declared = tableSource(plan, source);
  const begins = declared.kind === "query" ? (declared.beginsWith ?? {}) : {};
  const classOf = (template: readonly TemplatePart[]): Class =>
    highestClass(template.flatMap((part) => (typeof part === "string" ? [] : [standingIn(plan, part.ref).class])));
  const restOf = (name: string): Class =>
    Object.hasOwn(declared.attributes, name) ? (declared.attributes[name]?.class ?? "sensitive") : "sensitive";
  return highestClass(
    Object.keys(key).map((name) => {
      if (Object.hasOwn(declared.key, name)) return classOf(declared.key[name] ?? []);
      return highestClass([classOf(begins[name] ?? []), restOf(name)]);
    }),
  );
}

/** A key as one text: its values in the table's order. */
export function keyText(key: { readonly [attribute: string]: JsonValue }): string {
  return Object.values(key).map(String).join(" / ");
}

/**
 * The hash by which reports name a row. Not a secret: whoever knows a key can compute it, and a key that can be guessed
 * is no better hidden than that.
 */
export function keyHash(source: string, key: RowKey): string {
  return textDigest(canonicalJson(["claimseal/row/v1", source, keyJson(key)])).slice(0, CHARACTERS);
}

/** The hash by which receipts and audit lines name a subject, likewise. */
export function subjectName(subject: object): string {
  return textDigest(canonicalJson(["claimseal/subject-of-rows/v1", subject])).slice(0, CHARACTERS);
}
