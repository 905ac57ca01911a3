import { instant, instantOfSeconds } from "../evaluate/instant.ts";
import { MAX_MATCHED_CHARACTERS } from "../evaluate/pattern.ts";
import type { Value } from "../facts.ts";
import type { Field, Literal, PlanType } from "../plan.ts";

/** Whether a text matches a pattern, in RE2 syntax, from end to end. */
export type Covers = (pattern: string, text: string) => boolean;

/**
 * Whether a value of the field's type keeps all of the field's bounds, at any depth: `maxLength` and `pattern` bind
 * every string, keys of maps too; `values`, `min` and `max` every scalar; `maxItems` every list and map. Declared
 * entries of a map have bounds of their own.
 */
export function withinBounds(field: Field, value: Value, covers: Covers): boolean {
  return within(field, field.type, value, covers);
}

function within(bounds: Field, type: PlanType, value: Value, covers: Covers): boolean {
  if (typeof type === "string") return scalarWithin(bounds, value, covers);
  if ("list" in type) {
    const items = value as readonly Value[];
    return fitsItems(bounds, items.length) && items.every((item) => within(bounds, type.list, item, covers));
  }
  const entries = value as ReadonlyMap<string, Value>;
  if ("fields" in type) {
    return [...entries].every(([name, entry]) => withinBounds(type.fields[name] as Field, entry, covers));
  }
  return (
    fitsItems(bounds, entries.size) &&
    [...entries].every(([key, entry]) => fitsText(bounds, key, covers) && within(bounds, type.map, entry, covers))
  );
}

function scalarWithin(bounds: Field, value: Value, covers: Covers): boolean {
  if (typeof value === "string" && !fitsText(bounds, value, covers)) return false;
  if (!fitsOrder(bounds, value)) return false;
  return bounds.values === undefined || bounds.values.some((allowed) => isSame(value, allowed));
}

function fitsItems({ maxItems }: Field, count: number): boolean {
  return maxItems === undefined || count <= maxItems;
}

function fitsText({ maxLength, pattern }: Field, text: string, covers: Covers): boolean {
  if (maxLength !== undefined && jsonBytes(text) > maxLength) return false;
  return pattern === undefined || (text.length <= MAX_MATCHED_CHARACTERS && covers(pattern, text));
}

function fitsOrder({ min, max }: Field, value: Value): boolean {
  if (typeof value === "string" || typeof value === "boolean") return true;
  // Mixed comparison of `bigint` and `number` is exact (ECMA-262, section 7.2.13).
  const place = value instanceof Date ? value.getTime() : (value as bigint | number);
  // A bound that is none, such as a text for a number, is `NaN`: nothing keeps it.
  const edge = (bound: number | string): number =>
    value instanceof Date ? timeOf(bound) : typeof bound === "number" ? bound : Number.NaN;
  return (min === undefined || place >= edge(min)) && (max === undefined || place <= edge(max));
}

function isSame(value: Value, literal: Literal): boolean {
  if (typeof value === "bigint") return Number(value) === literal;
  return value instanceof Date ? value.getTime() === timeOf(literal) : value === literal;
}

/** Milliseconds of a literal timestamp; `NaN` for what is none. */
function timeOf(literal: Literal): number {
  if (typeof literal === "string") return instant(literal)?.getTime() ?? Number.NaN;
  return (typeof literal === "number" ? instantOfSeconds(literal)?.getTime() : undefined) ?? Number.NaN;
}

/** Bytes of a string as JSON text, without its quotes. */
function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}
