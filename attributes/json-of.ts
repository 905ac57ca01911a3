import { digitsOf } from "../claims/gather/decimal-text.ts";
import type { JsonValue } from "../cognito/json.ts";
import type { RowKey } from "./row-store.ts";

/** A value of a row as JSON: sets become lists, bytes base64, numbers that JSON would round decimal text. */
export function jsonOf(raw: unknown): JsonValue {
  if (raw === null || typeof raw === "string" || typeof raw === "boolean" || typeof raw === "number") return raw;
  const digits = digitsOf(raw);
  if (digits !== undefined) return numberOf(digits);
  if (raw instanceof Uint8Array) return Buffer.from(raw).toString("base64");
  if (raw instanceof Set) return [...raw].map(jsonOf);
  if (Array.isArray(raw)) return raw.map(jsonOf);
  if (typeof raw !== "object") return null;
  return Object.fromEntries(Object.entries(raw).map(([name, each]) => [name, jsonOf(each)]));
}

/** A row's key as JSON. */
export function keyJson(key: RowKey): { readonly [attribute: string]: JsonValue } {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, jsonOf(value)]));
}

function numberOf(digits: string): number | string {
  const number = Number(digits);
  return significant(String(number)) === significant(digits) ? number : digits;
}

function significant(digits: string): string {
  return digits
    .replace(/[eE].*$/, "")
    .replaceAll(/\D/g, "")
    .replaceAll(/^0+|0+$/g, "");
}
