import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { afterTimeout } from "../../aws/after.ts";
import { dynamoAttributes } from "../../aws/dynamo-attributes.ts";
import { dynamoClient } from "../../aws/dynamo-client.ts";
import { kmsClient } from "../../aws/kms-client.ts";
import { kmsDataKeys } from "../../aws/kms-data-keys.ts";
import { dynamoSending, kmsSending, type TimeAndChance } from "../../aws/sending.ts";
import type { RowRead, RowRequest, RowsQuery } from "../../claims/facts.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { createTables, startDynamoDb } from "../../local/dynamodb.ts";
import type { FaultEnding } from "../../local/fault-endings.ts";
import { type FaultProxy, startFaultProxy } from "../../local/fault-proxy.ts";
import { createKms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import { localCredentials } from "../../local/local-account.ts";
import type { Loopback } from "../../local/loopback.ts";
import { patience } from "./fake-time.ts";

const region = "eu-central-1";
const never = new AbortController().signal;
const context = encryptionContext("care-api", "eu-central-1_A");

/** Every limit four times shorter: whether they hold does not depend on how long they are. */
const hurried: TimeAndChance = {
  now: () => ({ wall: Date.now() * 4, steady: performance.now() * 4 }),
  after: (ms, run) => afterTimeout(ms / 4, run),
};

const row: RowRead = {
  kind: "row",
  source: "staff",
  table: "staff",
  region,
  key: { pk: "STAFF#1" },
  attributes: ["role"],
  consistent: true,
};
const nobody: RowRead = { ...row, key: { pk: "STAFF#2" } };
const { kind: _, ...place } = row;
const query: RowsQuery = { ...place, kind: "query", index: undefined, beginsWith: {}, order: "ascending", limit: 3 };
const reads = { "a row": [nobody], "rows together": [row, nobody], "a query": [query] } as const;

const servers: Loopback[] = [];
let tables: FaultProxy;
let keys: FaultProxy;
let dynamodb: DynamoDBClient;
let kms: KMSClient;
let keyId: string;

beforeAll(async () => {
  const database = await startDynamoDb();
  await createTables(database.url, { staff: [{ pk: "STAFF#1", role: "nurse" }] }, { staff: ["pk"] });
  const embedded = createKms();
  keyId = embedded.createKey({ region });
  const server = await serveKms(embedded);
  tables = await startFaultProxy(database.url);
  keys = await startFaultProxy(server.url);
  servers.push(tables, keys, database, server);
  dynamodb = dynamodbAt(tables.url);
  kms = kmsAt(keys.url);
});
afterEach(() => {
  tables.inject();
  keys.inject();
});
afterAll(async () => {
  dynamodb.destroy();
  kms.destroy();
  for (const { stop } of servers) await stop();
});

function dynamodbAt(endpoint: string): DynamoDBClient {
  const { requestHandler, maxAttempts } = dynamoClient(region).config;
  return new DynamoDBClient({ endpoint, region, credentials: localCredentials, requestHandler, maxAttempts });
}

function kmsAt(endpoint: string): KMSClient {
  const { requestHandler, maxAttempts } = kmsClient({ region }).config;
  return new KMSClient({ endpoint, region, credentials: localCredentials, requestHandler, maxAttempts });
}

const states = async (requests: readonly RowRequest[], client = dynamodb, time = hurried) =>
  (await dynamoAttributes(() => client, dynamoSending(time))(requests, never)).map(({ state }) => state);

const askForKey = (client = kms) =>
  kmsDataKeys(client, kmsSending(hurried))(keyId, context, never).catch((error: unknown) => error);

/** Endings that leave no connection behind, since each is in the middle of an answer. */
const broken: readonly FaultEnding[] = [
  { kind: "drip", bytes: 1, everyMs: 10 },
  { kind: "hang" },
  { kind: "truncate" },
  { kind: "half-close" },
  { kind: "reset" },
];

/** Answers that are none, though HTTP has nothing against them. */
const empty: readonly FaultEnding[] = ["", "{}", "null", "[]", "7", '"text"', "<html>", '{"Item":', "\u0000\u0001"].map(
  (body) => ({ kind: "text", body }),
);

describe.for(broken)("an answer that is broken: $kind", (end) => {
  test("fails every kind of read within its limits, after three sends, and leaves no connection open", async () => {
    for (const requests of Object.values(reads)) {
      tables.inject({ end });
      const before = tables.count();
      expect(await states(requests)).toEqual(requests.map(() => "failed"));
      expect(tables.count() - before).toBe(3);
      await vi.waitFor(() => expect([tables.waiting(), tables.openSockets()]).toEqual([0, 0]), { interval: 5 });
      tables.inject();
      expect(await states(requests, dynamodb, patience)).not.toContain("failed");
    }
  });

  test("fails a request for a key likewise", async () => {
    keys.inject({ end });
    const before = keys.count();
    expect(await askForKey()).toMatchObject({ name: "CryptoError", code: "KEY_UNAVAILABLE" });
    expect(keys.count() - before).toBe(3);
    await vi.waitFor(() => expect([keys.waiting(), keys.openSockets()]).toEqual([0, 0]), { interval: 5 });
  });
});

test.for(empty)(
  "an answer that is none is asked for three times, and is neither a row nor the lack of one: $body",
  async (end) => {
    for (const requests of Object.values(reads)) {
      tables.inject({ end });
      const before = tables.count();
      expect(await states(requests)).toEqual(requests.map(() => "failed"));
      expect(tables.count() - before).toBe(3);
    }
    keys.inject({ end });
    const before = keys.count();
    expect(await askForKey()).toMatchObject({ code: "KEY_UNAVAILABLE" });
    expect(keys.count() - before).toBe(3);
  },
);

test("a data key of the wrong length is asked for again like one that did not come", async () => {
  const short = (body: string) =>
    JSON.stringify({ ...JSON.parse(body), Plaintext: Buffer.alloc(16).toString("base64") });
  keys.inject({ times: 2, end: { kind: "alter", body: short } });
  expect(await askForKey()).toMatchObject({ key: { symmetricKeySize: 32 } });
  keys.inject({ end: { kind: "alter", body: short } });
  expect(await askForKey()).toMatchObject({
    code: "KEY_UNAVAILABLE",
    message: "KMS answered without a 256-bit data key and its wrapped form",
  });
});

test("a kept connection that has died in the meantime costs one more send, and nobody notices", async () => {
  expect(await states([row], dynamodb, patience)).toEqual(["found"]);
  tables.inject({ reused: true, times: 1, end: { kind: "reset" } });
  const before = tables.count();
  expect(await states([row], dynamodb, patience)).toEqual(["found"]);
  expect(tables.requests().slice(before)).toMatchObject([{ end: "reset" }, { end: "answer" }]);
  await askForKey();
  keys.inject({ reused: true, times: 1, end: { kind: "reset" } });
  expect(await askForKey()).toMatchObject({ key: { symmetricKeySize: 32 } });
});

test("a flood is given up at the limit, and its connection with it", async () => {
  tables.inject({ end: { kind: "flood", bytes: 2e9 } });
  expect(await states([row])).toEqual(["failed"]);
  await vi.waitFor(() => expect([tables.waiting(), tables.openSockets()]).toEqual([0, 0]), { interval: 5 });
});

test("a name that does not resolve fails, and is named by Node's own code", async () => {
  const nowhere = "http://nowhere.invalid:1";
  const [lost, gone] = [dynamodbAt(nowhere), kmsAt(nowhere)];
  expect(await states([row], lost)).toEqual(["failed"]);
  expect(await askForKey(gone)).toMatchObject({
    code: "KEY_UNAVAILABLE",
    message: expect.stringMatching(/^KMS could not be asked: (ENOTFOUND|EAI_AGAIN|TimeoutError)$/),
  });
  lost.destroy();
  gone.destroy();
});

test("a slow read is overtaken by its second copy, and its own connection is closed", async () => {
  expect(await states([row], dynamodb, patience)).toEqual(["found"]);
  const open = tables.openSockets();
  tables.inject({ times: 1, end: { kind: "hang" } });
  const before = tables.count();
  expect(await states([row])).toEqual(["found"]);
  expect(tables.count() - before).toBe(2);
  await vi.waitFor(() => expect([tables.waiting(), tables.openSockets()]).toEqual([0, open]), { interval: 5 });
});
