import type { Json } from "../../crypto/strict-json.ts";

/** A value as a text that tells its type and length and nothing else of it. */
export function shapeOf(value: Json): string {
  if (value === null) return "null";
  if (typeof value === "string") return `text of ${counted(value.length, "character")}`;
  if (Array.isArray(value)) return `list of ${counted(value.length, "item")}`;
  if (typeof value === "object") return `object of ${counted(Object.keys(value).length, "member")}`;
  return typeof value === "number" ? "number" : "true or false";
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
