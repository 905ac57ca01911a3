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

/** Time in which every limit is so many times longer: whether it holds does not depend on how long it is. */
const timesSlower = (factor: number): TimeAndChance => ({
  now: () => ({ wall: Date.now() / factor, steady: performance.now() / factor }),
  after: (ms, run) => afterTimeout(ms * factor, run),
});
const hurried = timesSlower(1 / 4);

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

const SOON = { interval: 5, timeout: 10_000 };

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

/** What became of reads, and in how many sends. */
async function read(requests: readonly RowRequest[], time: TimeAndChance = patience, client = dynamodb) {
  const sending = dynamoSending(time);
  const results = await dynamoAttributes(() => client, sending)(requests, never);
  return { states: results.map(({ state }) => state), sends: sending.traffic().sends };
}

/** A data key or what there is instead, and in how many sends. */
async function askForKey(time: TimeAndChance = patience, client = kms) {
  const sending = kmsSending(time);
  const outcome = await kmsDataKeys(client, sending)(keyId, context, never).catch((error: unknown) => error);
  return { outcome, sends: sending.traffic().sends };
}

const failed = (requests: readonly RowRequest[]) => ({ states: requests.map(() => "failed"), sends: 3 });
const unavailable = { outcome: { name: "CryptoError", code: "KEY_UNAVAILABLE" }, sends: 3 };

/** Endings that leave no connection behind, since each is in the middle of an answer. */
const broken: readonly FaultEnding[] = [
  { kind: "drip", bytes: 1, everyMs: 10 },
  { kind: "hang" },
  { kind: "truncate" },
  { kind: "half-close" },
  { kind: "reset" },
];

/** Those that only a limit ends. */
const endless: ReadonlySet<string> = new Set(["drip", "hang"]);

/** Answers that are none, though HTTP has nothing against them. */
const empty: readonly FaultEnding[] = ["", "{}", "null", "[]", "7", '"text"', "<html>", '{"Item":', "\u0000\u0001"].map(
  (body) => ({ kind: "text", body }),
);

describe.for(broken)("an answer that is broken: $kind", (end) => {
  const time = endless.has(end.kind) ? hurried : patience;

  test("fails every kind of read within its limits, after three sends, and leaves no connection open", async () => {
    for (const requests of Object.values(reads)) {
      tables.inject({ end });
      expect(await read(requests, time)).toEqual(failed(requests));
      await vi.waitFor(() => expect([tables.waiting(), tables.openSockets()]).toEqual([0, 0]), SOON);
      tables.inject();
      expect((await read(requests)).states).not.toContain("failed");
    }
  });

  test("fails a request for a key likewise", async () => {
    keys.inject({ end });
    expect(await askForKey(time)).toMatchObject(unavailable);
    await vi.waitFor(() => expect([keys.waiting(), keys.openSockets()]).toEqual([0, 0]), SOON);
  });
});

test.for(empty)(
  "an answer that is none is asked for three times, and is neither a row nor the lack of one: $body",
  async (end) => {
    for (const requests of Object.values(reads)) {
      tables.inject({ end });
      expect(await read(requests)).toEqual(failed(requests));
    }
    keys.inject({ end });
    expect(await askForKey()).toMatchObject(unavailable);
  },
);

test("a data key of the wrong length is asked for again like one that did not come", async () => {
  const short = (body: string) =>
    JSON.stringify({ ...JSON.parse(body), Plaintext: Buffer.alloc(16).toString("base64") });
  keys.inject({ times: 2, end: { kind: "alter", body: short } });
  expect(await askForKey()).toMatchObject({ outcome: { key: { symmetricKeySize: 32 } }, sends: 3 });
  keys.inject({ end: { kind: "alter", body: short } });
  const message = "KMS answered without a 256-bit data key and its wrapped form";
  expect(await askForKey()).toMatchObject({ outcome: { code: "KEY_UNAVAILABLE", message }, sends: 3 });
});

test("a kept connection that has died in the meantime costs one more send, and nobody notices", async () => {
  expect(await read([row])).toEqual({ states: ["found"], sends: 1 });
  tables.inject({ reused: true, times: 1, end: { kind: "reset" } });
  expect(await read([row])).toEqual({ states: ["found"], sends: 2 });
  await askForKey();
  keys.inject({ reused: true, times: 1, end: { kind: "reset" } });
  expect(await askForKey()).toMatchObject({ outcome: { key: { symmetricKeySize: 32 } }, sends: 2 });
});

test("a flood is given up at the limit, and its connection with it", async () => {
  tables.inject({ end: { kind: "flood", bytes: 2e9 } });
  expect(await read([row], hurried)).toEqual(failed([row]));
  await vi.waitFor(() => expect([tables.waiting(), tables.openSockets()]).toEqual([0, 0]), SOON);
});

test("a name that does not resolve fails, and is named by Node's own code", async () => {
  const nowhere = "http://nowhere.invalid:1";
  const [lost, gone] = [dynamodbAt(nowhere), kmsAt(nowhere)];
  expect(await read([row], patience, lost)).toEqual(failed([row]));
  const message = expect.stringMatching(/^KMS could not be asked: (ENOTFOUND|EAI_AGAIN|TimeoutError)$/);
  expect(await askForKey(patience, gone)).toMatchObject({ outcome: { code: "KEY_UNAVAILABLE", message }, sends: 3 });
  lost.destroy();
  gone.destroy();
});

test("a slow read is overtaken by its second copy, and its own connection is closed", async () => {
  const sending = dynamoSending(timesSlower(3));
  const load = dynamoAttributes(() => dynamodb, sending);
  const found = [{ state: "found", row: new Map([["role", "nurse"]]) }];
  expect(await load([row], never)).toEqual(found);
  const open = tables.openSockets();
  tables.inject({ times: 1, end: { kind: "hang" } });
  expect(await load([row], never)).toEqual(found);
  expect(sending.traffic()).toMatchObject({ sends: 3, hedges: 1, retries: 0 });
  await vi.waitFor(() => expect([tables.waiting(), tables.openSockets()]).toEqual([0, open]), SOON);
});
