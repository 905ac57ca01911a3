import type { RowResult } from "../claims/facts.ts";

/** What a value takes beside what it says. */
const EACH = 32;

/**
 * About how many bytes of memory a result takes; it stops counting above `enough`. Not recursive: an answer may be nested
 * as deep as its sender likes.
 */
export function weightOf(result: RowResult, enough: number): number {
  const left: unknown[] = [result];
  let weight = 0;
  while (left.length > 0 && weight <= enough) {
    const value = left.pop();
    weight += EACH;
    if (typeof value === "string") weight += 2 * value.length;
    else if (value instanceof Uint8Array) weight += value.byteLength;
    else if (typeof value === "object" && value !== null) for (const part of partsOf(value)) left.push(part);
  }
  return weight;
}

function partsOf(value: object): Iterable<unknown> {
  return value instanceof Map || value instanceof Set || Array.isArray(value) ? value : Object.entries(value);
}
