import { QueryCommand, type QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import type { RowResult, RowsQuery } from "../claims/facts.ts";
import { type AskTable, Garbled, type Item, itemKey, projection, rowOf } from "./dynamo-item.ts";

/**
 * Reads the rows of a table or an index that have a key, up to the limit, and finds out whether there are more. Rejects
 * when they cannot be read.
 */
export async function queryRows(ask: AskTable, query: RowsQuery): Promise<RowResult> {
  const { table, index, key, beginsWith, attributes, order, limit, consistent } = query;
  const names = [...new Set([...Object.keys(key), ...Object.keys(beginsWith), ...attributes])];
  const at = (name: string): number => names.indexOf(name);
  const condition = [
    ...Object.keys(key).map((name) => `#${at(name)} = :${at(name)}`),
    ...Object.keys(beginsWith).map((name) => `begins_with(#${at(name)}, :${at(name)})`),
  ];
  const values = Object.entries(itemKey({ ...key, ...beginsWith }));
  const items: Item[] = [];
  let page: QueryCommandOutput["LastEvaluatedKey"];
  do {
    const command = new QueryCommand({
      TableName: table,
      ...(index !== undefined && { IndexName: index }),
      KeyConditionExpression: condition.join(" AND "),
      ExpressionAttributeValues: Object.fromEntries(values.map(([name, value]) => [`:${at(name)}`, value])),
      ...projection(names),
      ScanIndexForward: order === "ascending",
      // A global index cannot be read consistently, and DynamoDB refuses to try.
      ConsistentRead: consistent && index === undefined,
      // One more than the limit tells whether there are more. A page ends after 1 MB all the same.
      Limit: limit + 1 - items.length,
      ...(page && { ExclusiveStartKey: page }),
    });
    const answer = await ask(async (client, abortSignal) => {
      const { Items, LastEvaluatedKey } = await client.send(command, { abortSignal });
      // Where there are no rows DynamoDB says so.
      if (!Array.isArray(Items)) throw new Garbled("an answer without a list of rows");
      return { Items, LastEvaluatedKey };
    });
    items.push(...answer.Items);
    page = answer.LastEvaluatedKey;
  } while (page !== undefined && items.length <= limit);
  const rows = items.slice(0, limit).map((item) => rowOf(attributes, item));
  return { state: "rows", rows, more: items.length > limit };
}
