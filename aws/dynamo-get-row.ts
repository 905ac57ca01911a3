import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { RowRead, RowResult } from "../claims/facts.ts";
import { type AskTable, Garbled, itemKey, projection, rowOf } from "./dynamo-item.ts";

/** Reads one row by its whole key. Rejects when it cannot be read. */
export async function getRow(
  ask: AskTable,
  { table, key, attributes, consistent }: RowRead,
  mostSends?: number,
): Promise<RowResult> {
  const command = new GetItemCommand({
    TableName: table,
    Key: itemKey(key),
    ConsistentRead: consistent,
    // The one thing that DynamoDB says of a row that is not there. Without it nothing tells an answer from an empty one
    // that somebody else gave, and whoever takes that for no row may lose a restriction.
    ReturnConsumedCapacity: "TOTAL",
    ...projection([...new Set([...Object.keys(key), ...attributes])]),
  });
  const item = await ask(async (client, abortSignal) => {
    const { Item, ConsumedCapacity } = await client.send(command, { abortSignal });
    if (!ConsumedCapacity) throw new Garbled("an answer that does not say what it took");
    return Item;
  }, mostSends);
  return item === undefined ? { state: "missing" } : { state: "found", row: rowOf(attributes, item) };
}
