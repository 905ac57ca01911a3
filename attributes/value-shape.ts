import { digitsOf } from "../claims/gather/decimal-text.ts";

/** A value, of JSON or of a table, as a text that tells its type and length and nothing else of it. */
export function shapeOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (typeof value === "string") return `text of ${counted(value.length, "character")}`;
  if (typeof value === "boolean") return "true or false";
  if (typeof value === "number" || digitsOf(value) !== undefined) return "number";
  if (Array.isArray(value)) return `list of ${counted(value.length, "item")}`;
  if (value instanceof Set) return `set of ${counted(value.size, "item")}`;
  if (value instanceof Uint8Array) return `${counted(value.length, "byte")}, binary`;
  return typeof value === "object" ? `object of ${counted(Object.keys(value).length, "member")}` : typeof value;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
