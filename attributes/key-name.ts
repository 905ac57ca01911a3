import { canonicalJson, textDigest } from "../claims/digest.ts";
import { highestClass } from "../claims/language/lattice.ts";
import type { Class, Plan } from "../claims/plan.ts";
import { keyReferences, standingIn } from "../claims/reports/references.ts";
import type { JsonValue } from "../cognito/json.ts";
import { keyJson } from "./json-of.ts";
import type { RowKey } from "./row-store.ts";

/** A hash has 132 bits. */
const CHARACTERS = 22;

/** How private a source's keys are: as private as the most private of what they are built from. */
export function keyClass(plan: Plan, source: string): Class {
  return highestClass(keyReferences(plan, source).map((reference) => standingIn(plan, reference).class));
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
