import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { JsonValue } from "../cognito/json.ts";
import { localCredentials } from "./local-account.ts";
import { LocalError } from "./local-error.ts";
import { type Loopback, listenLoopback } from "./loopback.ts";

/** Tables as files hold them: plain JSON rows by table name. */
export type TableRows = { readonly [table: string]: readonly TableRow[] };
export type TableRow = { readonly [attribute: string]: JsonValue };

/** The key attributes of each table, partition key first. All of them are strings. */
export type TableKeys = { readonly [table: string]: TableKey };
export type TableKey = readonly [partition: string, sort?: string];

/** Global indexes by table and name, each with a key of its own. */
export type TableIndexes = { readonly [table: string]: { readonly [index: string]: TableKey } };

type LoadDynalite = () => Promise<typeof import("dynalite")>;

/** What BatchWriteItem takes at once. */
const batchSize = 25;

/**
 * Starts DynamoDB, in this process and in memory. One server stands for every region, and they share its tables.
 *
 * @throws {LocalError} `PEER_MISSING` when dynalite is not installed.
 */
export async function startDynamoDb(port = 0, load: LoadDynalite = () => import("dynalite")): Promise<Loopback> {
  const { default: dynalite } = await load().catch(explainMissing);
  return listenLoopback(dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 }), port);
}

/**
 * Creates each table that has a key, its indexes too, and writes its rows; a table without rows stays empty.
 *
 * @throws {LocalError} `TABLE_KEY_UNKNOWN` for rows of a table without a key; `ROW_INVALID` for a row that lacks its
 * key, has another's, or holds what DynamoDB cannot.
 */
export async function createTables(
  endpoint: string,
  rows: TableRows,
  keys: TableKeys,
  indexes: TableIndexes = {},
): Promise<void> {
  const orphan = Object.keys(rows).find((table) => !Object.hasOwn(keys, table));
  if (orphan !== undefined) {
    throw new LocalError("TABLE_KEY_UNKNOWN", `table "${orphan}" has rows, but nothing says what its key is`);
  }
  const tables = Object.entries(keys).map(([table, key]) => {
    const [rowsOfIt = [], indexesOfIt = {}] = [own(rows, table), own(indexes, table)];
    return { table, key, indexes: indexesOfIt, writes: writeRequests(table, key, indexesOfIt, rowsOfIt) };
  });
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials: localCredentials });
  try {
    await Promise.all(
      tables.map(async ({ table, key, indexes: indexesOfIt, writes }) => {
        await createTable(client, table, key, indexesOfIt);
        await becomeActive(client, table);
        for (let from = 0; from < writes.length; from += batchSize) {
          await writeBatch(client, table, writes.slice(from, from + batchSize));
        }
      }),
    );
  } finally {
    client.destroy();
  }
}

async function createTable(
  client: DynamoDBClient,
  table: string,
  key: TableKey,
  indexes: TableIndexes[string],
): Promise<void> {
  const attributes = new Set([key, ...Object.values(indexes)].flatMap(keyAttributes));
  const global = Object.entries(indexes).map(([name, indexKey]) => ({
    IndexName: name,
    KeySchema: keySchema(indexKey),
    Projection: { ProjectionType: "ALL" as const },
  }));
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: keySchema(key),
      ...(global.length > 0 && { GlobalSecondaryIndexes: global }),
    }),
  );
}

/** An engine may answer before it has made the table; one that takes longer than 5 s refuses the rows by itself. */
async function becomeActive(client: DynamoDBClient, table: string): Promise<void> {
  for (let asked = 0; asked < 1_000; asked += 1) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    const indexes = Table?.GlobalSecondaryIndexes ?? [];
    if (Table?.TableStatus === "ACTIVE" && indexes.every(({ IndexStatus }) => IndexStatus === "ACTIVE")) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function keySchema(key: TableKey): KeySchemaElement[] {
  return keyAttributes(key).map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? "HASH" : "RANGE" }));
}

async function writeBatch(client: DynamoDBClient, table: string, writes: readonly WriteRequest[]): Promise<void> {
  let left = [...writes];
  while (left.length > 0) {
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    left = UnprocessedItems?.[table] ?? [];
  }
}

function writeRequests(
  table: string,
  key: TableKey,
  indexes: TableIndexes[string],
  rows: readonly TableRow[],
): WriteRequest[] {
  const attributes = keyAttributes(key);
  const indexed = new Set(Object.values(indexes).flatMap(keyAttributes));
  const seen = new Set<string>();
  return rows.map((row, index) => {
    // DynamoDB's own texts quote the value; ours say which row it is.
    const refuse = (problem: string) => new LocalError("ROW_INVALID", `table "${table}", row ${index}: ${problem}`);
    const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
    const values = attributes.map((name) => {
      const value = own(row, name);
      if (!isText(value)) throw refuse(`key attribute "${name}" must be a text`);
      return value;
    });
    // A row without it is not in the index; one with anything else there cannot be stored.
    const unfit = [...indexed].find((name) => Object.hasOwn(row, name) && !isText(row[name]));
    if (unfit !== undefined) throw refuse(`"${unfit}", the key of an index, must be a text`);
    const place = JSON.stringify(values);
    if (seen.has(place)) throw refuse("an earlier row has the same key");
    seen.add(place);
    try {
      return { PutRequest: { Item: marshall(row) } };
    } catch {
      throw refuse("holds a value that DynamoDB cannot store");
    }
  });
}

function own<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function keyAttributes([partition, sort]: TableKey): readonly string[] {
  return sort === undefined ? [partition] : [partition, sort];
}

function explainMissing(error: unknown): never {
  if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")) throw error;
  throw new LocalError("PEER_MISSING", "the embedded DynamoDB needs dynalite: npm install --save-dev dynalite@4.0.0");
}
