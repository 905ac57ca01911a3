import { createServer, type Server } from "node:net";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dynamoAttributes } from "../../aws/dynamo-attributes.ts";
import { dynamoClient, IDLE } from "../../aws/dynamo-client.ts";
import { dynamoSending } from "../../aws/sending.ts";
import type { RowRead, RowRequest, RowResult } from "../../claims/facts.ts";
import { decimalText } from "../../claims/gather/decimal-text.ts";
import { createTables, startDynamoDb } from "../../local/dynamodb.ts";
import { localCredentials } from "../../local/local-account.ts";
import type { Loopback } from "../../local/loopback.ts";
import { fakeDynamoDb, fault } from "./fake-dynamodb.ts";

const never = new AbortController().signal;

/** The client of the token path, pointed somewhere else. */
function clientAt(endpoint: string): DynamoDBClient {
  const { requestHandler, maxAttempts } = dynamoClient("eu-central-1").config;
  return new DynamoDBClient({
    endpoint,
    region: "eu-central-1",
    credentials: localCredentials,
    requestHandler,
    maxAttempts,
  });
}

test("a read runs through nothing of the SDK that is there for others", () => {
  const partsOf = (client: DynamoDBClient): readonly string[] =>
    client.middlewareStack.identify().map((each) => each.split(" ")[0] ?? "");
  const whole = partsOf(new DynamoDBClient({ region: "eu-central-1" }));
  expect(whole).toEqual(expect.arrayContaining([...IDLE]));
  expect(partsOf(dynamoClient("eu-central-1"))).toEqual(whole.filter((part) => !IDLE.includes(part)));
});

function request(changes: Partial<RowRead> = {}): RowRead {
  return {
    kind: "row",
    source: "staff",
    table: "staff",
    region: "eu-central-1",
    key: { pk: "STAFF#1" },
    attributes: ["roles", "size", "tags", "nothing"],
    consistent: true,
    ...changes,
  };
}

let server: Loopback;
let client: DynamoDBClient;
const read = (...requests: RowRequest[]): Promise<readonly RowResult[]> =>
  dynamoAttributes(() => client)(requests, never);

beforeAll(async () => {
  server = await startDynamoDb();
  client = clientAt(server.url);
  await createTables(server.url, { staff: [{ pk: "STAFF#2", other: "x" }] }, { staff: ["pk"] });
  await client.send(
    new PutItemCommand({
      TableName: "staff",
      Item: {
        pk: { S: "STAFF#1" },
        roles: { L: [{ S: "a" }, { S: "b" }] },
        size: { N: "12345678901234567890" },
        tags: { SS: ["x", "y"] },
        secret: { S: "never asked for" },
      },
    }),
  );
});

afterAll(async () => {
  client.destroy();
  await server.stop();
});

test("a row comes back with the attributes asked for, reserved words among them, and no digit of a number lost", async () => {
  const [result] = await read(request());
  expect(result).toEqual({
    state: "found",
    row: new Map<string, unknown>([
      ["roles", ["a", "b"]],
      ["size", decimalText("12345678901234567890")],
      ["tags", new Set(["x", "y"])],
    ]),
  });
});

test("a row that is there without any of the attributes is found and empty; one that is not there is missing", async () => {
  expect(await read(request({ key: { pk: "STAFF#2" } }), request({ key: { pk: "STAFF#3" } }))).toEqual([
    { state: "found", row: new Map() },
    { state: "missing" },
  ]);
});

test("a table that does not exist fails its own read and no other", async () => {
  const results = await read(request({ table: "nowhere" }), request());
  expect(results.map(({ state }) => state)).toEqual(["failed", "found"]);
});

/** Takes connections and says nothing: what a lost network looks like. */
async function blackHole(): Promise<{
  readonly url: string;
  readonly connections: () => number;
  readonly stop: () => void;
}> {
  let connections = 0;
  const sockets = new Set<{ destroy: () => void }>();
  const hole: Server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => {
    hole.listen(0, "127.0.0.1", resolve);
  });
  const { port } = hole.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => connections,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      hole.close();
    },
  };
}

test("a dependency that never answers is given up after three sends", async () => {
  const hole = await blackHole();
  const lost = clientAt(hole.url);
  try {
    expect(await dynamoAttributes(() => lost)([request()], never)).toEqual([{ state: "failed" }]);
    expect(hole.connections()).toBe(3);
  } finally {
    lost.destroy();
    hole.stop();
  }
});

test("a table that has just failed too often is not asked, and its rows are failed; in another region it is", async () => {
  const { client: failing, sent } = fakeDynamoDb({
    get: () => {
      throw fault("InternalServerError");
    },
  });
  const sending = dynamoSending({ random: () => 0 });
  const load = dynamoAttributes(() => failing, sending);
  for (let times = 0; times < 10; times += 1) await load([request()], never);
  expect(sent).toHaveLength(20);
  expect(await load([request(), request()], never)).toEqual([{ state: "failed" }, { state: "failed" }]);
  expect(sent).toHaveLength(20);
  await load([request({ region: "eu-west-1" })], never);
  expect(sent).toHaveLength(23);
  expect(sending.traffic()).toMatchObject({ sends: 23, failed: 23, skipped: 4 });
});

test("an aborted read fails at once and sends nothing more", async () => {
  const hole = await blackHole();
  const lost = clientAt(hole.url);
  try {
    const abort = new AbortController();
    const result = dynamoAttributes(() => lost)([request()], abort.signal);
    abort.abort();
    expect(await result).toEqual([{ state: "failed" }]);
    expect(hole.connections()).toBeLessThanOrEqual(1);
  } finally {
    lost.destroy();
    hole.stop();
  }
});
