import type {
  AttributeValue,
  BatchGetItemCommandInput,
  GetItemCommandInput,
  QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { TableRow } from "../../local/dynamodb.ts";
import type { Kms } from "../../local/kms/kms.ts";
import { REGION, type World } from "./world.ts";

/** A command of an SDK, as its client is given it. */
export type Sent = { readonly input: object };

type Item = Record<string, AttributeValue>;
type Names = Record<string, string> | undefined;

/** DynamoDB in memory, as far as rows are read. */
export function answerDynamo({ tables }: Pick<World, "tables">): (sent: Sent) => unknown {
  const byKey = new Map<string, TableRow[]>();
  for (const [table, rows] of Object.entries(tables)) {
    for (const row of rows) {
      const place = JSON.stringify([table, row["pk"]]);
      byKey.set(place, [...(byKey.get(place) ?? []), row]);
    }
  }
  const rowsOf = (table: string | undefined, pk: AttributeValue | undefined): readonly TableRow[] =>
    byKey.get(JSON.stringify([table, pk?.S])) ?? [];
  const itemsOf = (table: string | undefined, pk: AttributeValue | undefined, names: Names): readonly Item[] =>
    rowsOf(table, pk).map((row) => marshall(projected(row, names)));
  const answers: { readonly [command: string]: (input: never) => unknown } = {
    GetItemCommand: ({ TableName, Key, ExpressionAttributeNames }: GetItemCommandInput) => ({
      ConsumedCapacity: {},
      Item: itemsOf(TableName, Key?.["pk"], ExpressionAttributeNames)[0],
    }),
    BatchGetItemCommand: ({ RequestItems = {} }: BatchGetItemCommandInput) => ({
      Responses: Object.fromEntries(
        Object.entries(RequestItems).map(([table, { Keys = [], ExpressionAttributeNames }]) => [
          table,
          Keys.flatMap((key) => itemsOf(table, key["pk"], ExpressionAttributeNames)),
        ]),
      ),
    }),
    QueryCommand: ({ TableName, Limit, ExpressionAttributeNames, ExpressionAttributeValues }: QueryCommandInput) => ({
      Items: itemsOf(TableName, ExpressionAttributeValues?.[":0"], ExpressionAttributeNames).slice(0, Limit),
    }),
  };
  return answering(answers);
}

/** KMS in memory, as far as a trigger asks it. */
export function answerKms(kms: Kms): (sent: Sent) => unknown {
  const call = (operation: string) => (input: never) =>
    kms.call(operation, { region: REGION, caller: null }, written(input));
  const operations = ["GenerateDataKey", "GenerateMac", "Encrypt"];
  return answering(Object.fromEntries(operations.map((operation) => [`${operation}Command`, call(operation)])));
}

/** By the name of the command's class. Whatever else is sent is a mistake of this run. */
function answering(answers: { readonly [command: string]: (input: never) => unknown }): (sent: Sent) => unknown {
  return (sent) => {
    const answer = answers[sent.constructor.name];
    if (answer === undefined) throw new TypeError(`nothing answers ${sent.constructor.name}`);
    return answer(sent.input as never);
  };
}

function projected(row: TableRow, names: Names): TableRow {
  const wanted = new Set(Object.values(names ?? {}));
  return Object.fromEntries(Object.entries(row).filter(([name]) => wanted.has(name)));
}

/** An input as JSON has it: bytes in base64. */
function written(input: object): { readonly [name: string]: unknown } {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? Buffer.from(value).toString("base64") : (value as unknown),
    ]),
  );
}
