import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { KeyValue, RowChange, RowKey } from "../attributes/row-store.ts";
import { digitsOf } from "../claims/gather/decimal-text.ts";
import type { Item } from "./dynamo-item.ts";

/** A JSON value as an attribute. `marshall` refuses numbers beyond 2^53, and a double may be one. */
export function attributeValue(value: RowChange["set"][string]): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "boolean") return { BOOL: value };
  if (typeof value === "number") return { N: String(value) };
  if (Array.isArray(value)) return { L: value.map(attributeValue) };
  return { M: Object.fromEntries(Object.entries(value).map(([name, each]) => [name, attributeValue(each)])) };
}

/** A row's key as the SDK has it. */
export function keyItem(key: RowKey): Item {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, keyAttribute(value)]));
}

function keyAttribute(value: KeyValue): AttributeValue {
  if (typeof value === "string") return { S: value };
  return value instanceof Uint8Array ? { B: value } : { N: digitsOf(value) ?? "" };
}
