import type { JsonValue } from "../../cognito/json.ts";
import type { Value } from "../facts.ts";

/**
 * A value as a token carries it: ints and finite doubles as numbers, timestamps as whole seconds, maps as objects.
 * `undefined` for what JSON cannot say without changing it: an int beyond 2^53-1, NaN, an infinity, a row.
 */
export function tokenValue(value: Value): JsonValue | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
    case "number":
      return Number.isFinite(value) ? value : undefined;
    default:
      return ofObject(value);
  }
}

function ofObject(value: Exclude<Value, string | boolean | bigint | number>): JsonValue | undefined {
  if (value instanceof Date) return Math.floor(value.getTime() / 1000);
  // A row is what expressions go through, never what they come to.
  if ("attributes" in value) return undefined;
  if (value instanceof Map) {
    // No prototype: a key called `__proto__` is a key like any other.
    const object: Record<string, JsonValue> = Object.create(null);
    for (const [key, each] of value as ReadonlyMap<string, Value>) {
      const said = tokenValue(each);
      if (said === undefined) return undefined;
      object[key] = said;
    }
    return object;
  }
  if (!Array.isArray(value)) return undefined;
  const items = (value as readonly Value[]).map(tokenValue);
  return items.includes(undefined) ? undefined : (items as JsonValue[]);
}
