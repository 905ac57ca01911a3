import { BatchGetItemCommand, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoSend, Item } from "../../aws/dynamo-item.ts";
import type { TableRow, TableRows } from "../../local/dynamodb.ts";

/** What reading has cost so far. */
export type Meter = { requests: number; units: number };

/** What DynamoDB counts at once: 4 KB, whatever was asked of the item. */
const UNIT_BYTES = 4_096;

/**
 * A DynamoDB of these tables that counts what it would charge: read units by the size of whole items, half as many where
 * the read need not be consistent, and the least there is for a row that is not there.
 *
 * Source: Amazon DynamoDB developer guide, "DynamoDB read and write operations" and "Item sizes and formats".
 */
export function meteredTables(tables: TableRows, meter: Meter): DynamoSend {
  const rowsOf = (table: string): readonly TableRow[] => tables[table] ?? [];
  const charge = (bytes: number, isConsistent: boolean | undefined): void => {
    meter.units += Math.max(1, Math.ceil(bytes / UNIT_BYTES)) * (isConsistent ? 1 : 0.5);
  };
  const found = (table: string, key: Item): TableRow | undefined =>
    rowsOf(table).find((row) => Object.entries(key).every(([name, { S }]) => row[name] === S));

  const answer = (command: unknown): unknown => {
    meter.requests += 1;
    if (command instanceof GetItemCommand) {
      const { TableName = "", Key = {}, ConsistentRead } = command.input;
      const row = found(TableName, Key);
      charge(row === undefined ? 0 : itemBytes(row), ConsistentRead);
      return { ...(row && { Item: itemOf(row) }), ConsumedCapacity: { TableName } };
    }
    if (command instanceof BatchGetItemCommand) {
      const [[table, { Keys = [], ConsistentRead }] = ["", {}]] = Object.entries(command.input.RequestItems ?? {});
      const rows = Keys.map((key) => found(table, key));
      for (const row of rows) charge(row === undefined ? 0 : itemBytes(row), ConsistentRead);
      return { Responses: { [table]: rows.filter((row) => row !== undefined).map(itemOf) } };
    }
    if (command instanceof QueryCommand) {
      const { TableName = "", ConsistentRead } = command.input;
      const rows = queried(rowsOf(TableName), command);
      // Of a query the sum counts, not each row.
      charge(
        rows.reduce((sum, row) => sum + itemBytes(row), 0),
        ConsistentRead,
      );
      return { Items: rows.map(itemOf) };
    }
    throw new TypeError("no request of the trigger's");
  };
  return { send: async (command: unknown) => answer(command) } as unknown as DynamoSend;
}

/** Conditions as the trigger writes them: equal, or beginning with. */
function queried(rows: readonly TableRow[], { input }: QueryCommand): readonly TableRow[] {
  const conditions = (input.KeyConditionExpression ?? "").split(" AND ").map((condition) => {
    const [name = "", value = ""] = condition.match(/[#:]\d+/g) ?? [];
    const wanted = input.ExpressionAttributeValues?.[value]?.S ?? "";
    return { name: input.ExpressionAttributeNames?.[name] ?? "", wanted, isStart: condition.startsWith("begins_with") };
  });
  return rows.filter((row) =>
    conditions.every(({ name, wanted, isStart }) => {
      const value = row[name];
      return typeof value === "string" && (isStart ? value.startsWith(wanted) : value === wanted);
    }),
  );
}

function itemOf(row: TableRow): Item {
  return marshall(row);
}

/** Names and values in UTF-8; a list and a map have three bytes of their own, and one for each element. */
function itemBytes(row: TableRow): number {
  return Object.entries(row).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number") return Math.ceil(String(Math.abs(value)).length / 2) + 1;
  if (Array.isArray(value)) return 3 + value.reduce((sum: number, each) => sum + 1 + valueBytes(each), 0);
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).reduce((sum, [name, each]) => sum + 1 + Buffer.byteLength(name) + valueBytes(each), 3);
  }
  return 1;
}
