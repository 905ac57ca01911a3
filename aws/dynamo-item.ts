import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Row } from "../claims/facts.ts";
import { decimalText } from "../claims/gather/decimal-text.ts";

/** What of the SDK's client is used. */
export type DynamoSend = Pick<DynamoDBClient, "send">;

/** Sends one request that is for one table, and again where that is worth it, three times at most or as often as said. */
export type AskTable = <T>(
  send: (client: DynamoSend, abortSignal: AbortSignal) => Promise<T>,
  mostSends?: number,
) => Promise<T>;

/** DynamoDB answered, but not what was asked. */
export class Garbled extends Error {
  override readonly name = "Garbled";
}

/** An item, or the key of one, as the SDK has it. */
export type Item = Record<string, AttributeValue>;

/**
 * What is asked for of an item, by placeholder: `roles` and some 570 other names are words DynamoDB reserves. The key
 * is always among it: a row that has none of the wanted attributes must not look like no row.
 */
export function projection(names: readonly string[]): {
  readonly ProjectionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
} {
  return {
    ProjectionExpression: names.map((_, index) => `#${index}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#${index}`, name])),
  };
}

/** A key whose attributes are all strings. */
export function itemKey(key: { readonly [attribute: string]: string }): Item {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }]));
}

/** An item as plain data, no more of it than was wanted. */
export function rowOf(attributes: readonly string[], item: Item): Row {
  const wanted = attributes.filter((name) => Object.hasOwn(item, name));
  return new Map(wanted.map((name) => [name, plain(item[name] as AttributeValue)]));
}

/** Numbers stay decimal text: DynamoDB's 38 digits do not fit a JavaScript number. */
function plain(value: AttributeValue): unknown {
  return unmarshall({ value }, { wrapNumbers: decimalText })["value"];
}
