import {
  type AttributeValue,
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { dynamoAttributes } from "../../aws/dynamo-attributes.ts";
import type { Look } from "../../claims/evaluate/evaluate.ts";
import type { RowRead, RowsQuery } from "../../claims/facts.ts";
import { rowRequest } from "../../claims/gather/row-request.ts";
import type { Plan } from "../../claims/plan.ts";
import { createTables, startDynamoDb } from "../../local/dynamodb.ts";
import { serveDynamoDbDoor } from "../../local/dynamodb-door.ts";
import type { AccessKey, Identities } from "../../local/identities/identities.ts";
import { tableSchemas } from "../../local/table-schemas.ts";
import { aMachine, aSubject, SUB } from "../claims/a-plan.ts";
import { ACCOUNT } from "./a-deployment.ts";
import { allowed, denied, outcomeOf, type Probe } from "./probes.ts";

type Read = RowRead | RowsQuery;

/** Where tables are whose region no map states. */
export const HOME = "eu-central-1";

/** Everything that keys are built from here: one text, whatever it is of. */
const look: Look = () => ({ state: "present", value: SUB });

/** What every profile of a plan reads, wave by wave. */
export function wavesOf(plan: Plan): readonly (readonly Read[])[] {
  return plan.profiles.flatMap(({ reads, grants }) =>
    reads.map((wave) =>
      Object.entries(wave).flatMap(([source, attributes]): readonly Read[] => {
        const subject = grants[0] === "user" ? aSubject() : aMachine();
        const declared = plan.sources[source]!;
        const request = rowRequest(plan, subject, look, { source, declared, attributes });
        return request?.kind === "row" || request?.kind === "query" ? [request] : [];
      }),
    ),
  );
}

/** Tables as a plan reads them, each with another of the same keys beside it, behind a door that asks policies. */
export async function startTables(
  plan: Plan,
  identities: Identities,
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const twice = <T>(each: { readonly [table: string]: T }): { readonly [table: string]: T } =>
    Object.fromEntries(
      Object.entries(each).flatMap(([table, of]) => [[table, of] as const, [other(table), of] as const]),
    );
  const { keys, indexes } = tableSchemas(plan);
  const [tables, ofTables] = [twice(keys), twice(indexes)];
  const dynamodb = await startDynamoDb();
  await createTables(dynamodb.url, {}, tables, ofTables);
  const door = await serveDynamoDbDoor({ endpoint: dynamodb.url, tables, indexes: ofTables, identities });
  const stop = async (): Promise<void> => {
    await door.stop();
    await dynamodb.stop();
  };
  return { url: door.url, stop };
}

const other = (table: string): string => `other-${table}`;

/** Reads that a table or an index has beside those that the embedded DynamoDB knows, as policies see them. */
export function scans(plan: Plan): readonly { readonly resource: string; readonly attributes: readonly string[] }[] {
  return wavesOf(plan)
    .flat()
    .map(({ table, region, attributes, ...read }) => {
      const arn = `arn:aws:dynamodb:${region ?? HOME}:${ACCOUNT}:table/${table}`;
      const index = read.kind === "query" ? read.index : undefined;
      return { resource: index === undefined ? arn : `${arn}/index/${index}`, attributes };
    });
}

/** What a role asks of tables: what the trigger asks, by the trigger's own code, and what it must never be answered. */
export function tableProbes(plan: Plan, url: string, credentials: AccessKey): readonly Probe[] {
  const clients = new Map<string, DynamoDBClient>();
  const clientFor = (region: string = HOME): DynamoDBClient => {
    const client = clients.get(region) ?? new DynamoDBClient({ endpoint: url, region, credentials, maxAttempts: 1 });
    clients.set(region, client);
    return client;
  };
  const asTheTrigger = wavesOf(plan).map((wave) =>
    allowed(`reads ${wave.map(({ source }) => source).join(", ")}`, async () => {
      const results = await dynamoAttributes(clientFor)(wave, new AbortController().signal);
      return results.some(({ state }) => state === "failed") ? "failed" : "allowed";
    }),
  );
  const reads = wavesOf(plan).flat();
  return [...asTheTrigger, ...reads.flatMap((read) => asNobody(read, clientFor(read.region), reads))];
}

function asNobody(read: Read, client: DynamoDBClient, all: readonly Read[]): readonly Probe[] {
  const { source, table, attributes } = read;
  const isMine = ({ table: its, kind }: Read): boolean => its === table && kind === read.kind;
  const probe = (what: string, ...asked: Parameters<typeof commands>): readonly Probe[] =>
    commands(...asked).map(([operation, send]) => denied(`${operation} of ${source}, ${what}`, () => send(client)));
  const isOpen = Object.values(read.key)[0] === SUB;
  const shared = all.filter(isMine).length > 1;
  return [
    ...probe("another attribute too", { ...read, attributes: [...attributes, "unlisted"] }),
    ...probe("whole rows", read, false),
    ...probe("of another table", { ...read, table: other(table) }),
    // Where a key is the subject and nothing else, every row could be a subject's.
    ...(isOpen ? [] : probe("of another family", { ...read, key: first(read.key, "UNLISTED#1") })),
    ...otherwise(read, shared).map(([operation, send]) => denied(`${operation} of ${source}`, () => send(client))),
  ];
}

type Send = (client: DynamoDBClient) => Promise<string>;

/** The requests that read the same in the operations a source goes by. */
function commands(read: Read, isProjected = true): readonly (readonly [operation: string, send: Send])[] {
  const projection = isProjected ? projectionOf(read) : {};
  if (read.kind === "query") return [["Query", (client) => outcomeOf(client.send(queryOf(read, projection)))]];
  const { table: TableName, key } = read;
  const keys = { Keys: [item(key)], ...projection };
  return [
    ["GetItem", (client) => outcomeOf(client.send(new GetItemCommand({ TableName, Key: item(key), ...projection })))],
    [
      "BatchGetItem",
      (client) => outcomeOf(client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: keys } }))),
    ],
  ];
}

/** The same rows by an operation that the source does not go by. */
function otherwise(read: Read, isShared: boolean): readonly (readonly [operation: string, send: Send])[] {
  const { table: TableName, key } = read;
  if (read.kind === "query") {
    const whole = item({ ...key, ...read.beginsWith });
    const command = new GetItemCommand({ TableName, Key: whole, ...projectionOf(read) });
    return read.index === undefined ? [["GetItem", (client) => outcomeOf(client.send(command))]] : [];
  }
  const [[name, value] = ["", ""]] = Object.entries(key);
  const asQuery: RowsQuery = {
    ...read,
    kind: "query",
    key: { [name]: value },
    beginsWith: {},
    index: undefined,
    order: "ascending",
    limit: 1,
  };
  const query: Send = (client) => outcomeOf(client.send(queryOf(asQuery, projectionOf(read))));
  const [, batch] = commands(read);
  return [["Query", query], ...(batch && !isShared ? [batch] : [])];
}

function queryOf({ table, index, key, beginsWith }: RowsQuery, projection: object): QueryCommand {
  const entries = [...Object.entries(key), ...Object.entries(beginsWith)];
  const equal = Object.keys(key).length;
  return new QueryCommand({
    TableName: table,
    ...(index !== undefined && { IndexName: index }),
    KeyConditionExpression: entries
      .map(([name], at) => (at < equal ? `${name} = :${at}` : `begins_with(${name}, :${at})`))
      .join(" AND "),
    ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], at) => [`:${at}`, { S: value }])),
    ...projection,
  });
}

function projectionOf(read: Read): object {
  const names = new Set([
    ...Object.keys(read.key),
    ...Object.keys(read.kind === "query" ? read.beginsWith : {}),
    ...read.attributes,
  ]);
  return {
    ProjectionExpression: [...names].map((_, at) => `#${at}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries([...names].map((name, at) => [`#${at}`, name])),
  };
}

function item(key: { readonly [name: string]: string }): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }]));
}

function first(key: { readonly [name: string]: string }, value: string): { readonly [name: string]: string } {
  const [[name] = [""]] = Object.entries(key);
  return { ...key, [name]: value };
}
