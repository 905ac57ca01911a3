import { type AttributeValue, type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { decimalText } from "../claims/decimal-text.ts";
import type { LoadAttributes, RowRequest, RowResult } from "../claims/facts.ts";
import { resend } from "./resend.ts";
import { transientFault } from "./transient-fault.ts";

/**
 * Reads rows from DynamoDB, all at once, each by its whole key and with only the attributes asked for.
 *
 * A row that cannot be read is `failed` and the reason is dropped here: a message of DynamoDB's may hold the key.
 */
export function dynamoAttributes(
  clientFor: (region: string | undefined) => Pick<DynamoDBClient, "send">,
): LoadAttributes {
  return (requests, signal) =>
    Promise.all(
      requests.map(async (request): Promise<RowResult> => {
        try {
          return rowOf(request, await getItem(clientFor(request.region), request, signal));
        } catch {
          return { state: "failed" };
        }
      }),
    );
}

async function getItem(
  client: Pick<DynamoDBClient, "send">,
  { table, key, attributes, consistent }: RowRequest,
  signal: AbortSignal,
): Promise<Record<string, AttributeValue> | undefined> {
  // The key is asked for too: a row that has none of the wanted attributes must not look like no row. Names go by
  // placeholder, because `roles` and some 570 others are words DynamoDB reserves.
  const names = [...new Set([...Object.keys(key), ...attributes])];
  const command = new GetItemCommand({
    TableName: table,
    Key: Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }])),
    ConsistentRead: consistent,
    ProjectionExpression: names.map((_, index) => `#${index}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#${index}`, name])),
  });
  const { Item } = await resend((abortSignal) => client.send(command, { abortSignal }), { signal, isTransient });
  return Item;
}

function rowOf({ attributes }: RowRequest, item: Record<string, AttributeValue> | undefined): RowResult {
  if (item === undefined) return { state: "missing" };
  const wanted = attributes.filter((name) => Object.hasOwn(item, name));
  return { state: "found", row: new Map(wanted.map((name) => [name, plain(item[name] as AttributeValue)])) };
}

/** One attribute as plain data, numbers as their decimal text: 38 digits do not fit a JavaScript number. */
function plain(value: AttributeValue): unknown {
  return unmarshall({ value }, { wrapNumbers: decimalText })["value"];
}

/** DynamoDB's errors that may pass by themselves; a table that is not there or not ours does not. */
const isTransient: (error: unknown) => boolean = transientFault(
  new Set([
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TimeoutError",
  ]),
);
