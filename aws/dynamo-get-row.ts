import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { RowRead, RowResult } from "../claims/facts.ts";
import { type DynamoSend, isTransient, itemKey, projection, rowOf } from "./dynamo-item.ts";
import { resend } from "./resend.ts";

/** Reads one row by its whole key. Rejects when it cannot be read. */
export async function getRow(
  client: DynamoSend,
  { table, key, attributes, consistent }: RowRead,
  signal: AbortSignal,
): Promise<RowResult> {
  const command = new GetItemCommand({
    TableName: table,
    Key: itemKey(key),
    ConsistentRead: consistent,
    ...projection([...new Set([...Object.keys(key), ...attributes])]),
  });
  const { Item } = await resend((abortSignal) => client.send(command, { abortSignal }), { signal, isTransient });
  return Item === undefined ? { state: "missing" } : { state: "found", row: rowOf(attributes, Item) };
}
