import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyJson } from "../../attributes/json-of.ts";
import { type RowStore, VERSION } from "../../attributes/row-store.ts";
import { attributeStore } from "../../aws/attribute-store.ts";
import { attributeStoreClient } from "../../aws/attribute-store-client.ts";
import { createTables, startDynamoDb } from "../../local/dynamodb.ts";
import { localCredentials } from "../../local/local-account.ts";
import type { Loopback } from "../../local/loopback.ts";
import { rowsInMemory } from "./rows-in-memory.ts";

const KEYS = { people: ["pk"], orgs: ["pk", "sk"] } as const;
const region = "eu-central-1";
const at = (pk: string) => ({ table: "people", region, key: { pk } });

let server: Loopback;
let client: DynamoDBClient;

beforeAll(async () => {
  server = await startDynamoDb();
  const { requestHandler, maxAttempts } = attributeStoreClient(region).config;
  client = new DynamoDBClient({
    endpoint: server.url,
    region,
    credentials: localCredentials,
    requestHandler,
    maxAttempts,
  });
  await createTables(server.url, {}, KEYS, { orgs: { "by-org": ["org"] } });
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

/** The same promises, kept by DynamoDB and by the fake that other tests stand on. */
describe.each<[string, () => RowStore]>([
  ["DynamoDB", () => attributeStore(() => client)],
  ["memory", () => rowsInMemory(KEYS)],
])("rows in %s", (_, make) => {
  let store: RowStore;
  beforeAll(() => {
    store = make();
  });

  test("a write makes a row, and the next one leaves what it does not name", async () => {
    const value = { a: [1, "x", { b: true }], n: 0.25, big: 1e21, text: "" };
    expect(await store.write(at("u1"), { set: { role: "nurse", value }, remove: [] }, "any")).toBe(1);
    expect(await store.write(at("u1"), { set: { role: "clerk" }, remove: ["gone"] }, "any")).toBe(2);
    const row = await store.read(at("u1"), ["role", "value", "gone"]);
    expect(row).toMatchObject({ key: { pk: "u1" }, version: 2 });
    expect(keyJson(Object.fromEntries(row?.attributes ?? []) as never)).toEqual({ role: "clerk", value });
    expect(await store.write(at("u1"), { set: {}, remove: ["value"] }, "present")).toBe(3);
    expect([...((await store.read(at("u1"), ["role", "value"]))?.attributes.keys() ?? [])]).toEqual(["role"]);
  });

  test("a condition that is not met writes nothing", async () => {
    const change = { set: { role: "clerk" }, remove: [] };
    expect(await store.write(at("u2"), change, "present")).toBeNull();
    expect(await store.write(at("u2"), change, 0)).toBeNull();
    expect(await store.write(at("u2"), change, 1)).toBeNull();
    expect(await store.read(at("u2"), [])).toBeNull();
    expect(await store.write(at("u2"), change, "absent")).toBe(1);
    expect(await store.write(at("u2"), change, "absent")).toBeNull();
    expect(await store.write(at("u2"), change, 0)).toBeNull();
    expect(await store.write(at("u2"), change, 1)).toBe(2);
  });

  test("a row nobody counted has version 0, and can be expected to", async () => {
    await store.write(at("u3"), { set: { role: "nurse" }, remove: [] }, "any");
    expect(await store.strip(at("u3"), [VERSION], 1)).toBe(true);
    expect(await store.names(at("u3"))).toEqual({ names: ["role"], version: 0 });
    expect(await store.write(at("u3"), { set: { role: "clerk" }, remove: [] }, 0)).toBe(1);
  });

  test("attributes are taken out, and rows deleted, only of the version that was seen", async () => {
    await store.write(at("u4"), { set: { role: "nurse", other: 1 }, remove: [] }, "any");
    expect(await store.strip(at("u4"), ["role"], 7)).toBe(false);
    expect(await store.strip(at("u4"), ["role"], 1)).toBe(true);
    expect((await store.names(at("u4")))?.names.toSorted()).toEqual([VERSION, "other"].toSorted());
    expect(await store.delete(at("u4"), 0)).toBe(false);
    expect(await store.delete(at("u4"), 1)).toBe(true);
    expect(await store.delete(at("u4"), 1)).toBe(false);
    expect(await store.names(at("u4"))).toBeNull();
  });

  test("rows are found by the beginning of their sort key, by an index, and in their table's order", async () => {
    const keys = ["ORG#a", "ORG#b", "SEAT#a"].map((sk) => ({ pk: "USER#u1", sk }));
    for (const key of keys) {
      await store.write(
        { table: "orgs", region, key },
        { set: { org: key.sk.slice(-1), role: "x" }, remove: [] },
        "any",
      );
    }
    const place = { table: "orgs", region, index: undefined, key: { pk: "USER#u1" }, beginsWith: { sk: "ORG#" } };
    expect((await store.query(place, ["role"])).map(({ key }) => key)).toEqual(keys.slice(0, 2));
    const byOrg = { table: "orgs", region, index: "by-org", key: { org: "a" }, beginsWith: {} };
    const found = await store.query(byOrg, ["role"]);
    expect(new Set(found.map(({ key }) => JSON.stringify(key)))).toEqual(
      new Set([keys[0], keys[2]].map((key) => JSON.stringify(key))),
    );
    const first = await store.scan({ table: "orgs", region }, ["role"], null, 2);
    expect(first).toMatchObject({ more: true, rows: [{ version: 1 }, { version: 1 }] });
    const rest = await store.scan({ table: "orgs", region }, ["role"], first.rows[1]?.key ?? null, 2);
    expect([...first.rows, ...rest.rows].map(({ key }) => key)).toEqual(keys);
    expect(await store.keyOf({ table: "orgs", region })).toEqual([
      { name: "pk", isNumber: false },
      { name: "sk", isNumber: false },
    ]);
  });
});

describe("DynamoDB's refusals", () => {
  const store = (): RowStore => attributeStore(() => client);

  test("a table that is not there refuses by name, and without DynamoDB's words", async () => {
    const missing = { table: "nowhere", region, key: { pk: "STAFF#secret-sub" } };
    const error = await store()
      .read(missing, [])
      .catch((each: unknown) => each);
    expect(error).toMatchObject({
      code: "AWS_REFUSED",
      message: 'table "nowhere": DynamoDB refuses (ResourceNotFoundException)',
    });
    await expect(store().keyOf(missing)).rejects.toMatchObject({ code: "AWS_REFUSED" });
  });

  test("a row that it does not take is that row's fault", async () => {
    const key = { pk: "USER#u9", sk: "ORG#x" };
    const write = store().write({ table: "orgs", region, key }, { set: { org: 5 }, remove: [] }, "any");
    await expect(write).rejects.toMatchObject({
      code: "ROW_REFUSED",
      message: 'table "orgs": DynamoDB takes no such row (ValidationException)',
    });
  });

  test("a server that is not there gives no answer", async () => {
    const nobody = {
      send: async () => Promise.reject(Object.assign(new Error("connect 127.0.0.1"), { code: "ECONNREFUSED" })),
    };
    const error = await attributeStore(() => nobody as never)
      .names(at("u1"))
      .catch((each: unknown) => each);
    expect(error).toMatchObject({ code: "AWS_UNREACHABLE" });
    expect(String(error)).not.toContain("127.0.0.1");
  });

  test("a client that knows no region says so, and what to set", async () => {
    // The SDK's own words: without a region at all it says them when the first request is sent.
    expect(() => new DynamoDBClient({ region: "" })).toThrow(/^Region is missing$/);
    const nowhere = { send: async () => Promise.reject(new Error("Region is missing")) } as never;
    await expect(attributeStore(() => nowhere).names(at("u1"))).rejects.toMatchObject({
      code: "AWS_UNREACHABLE",
      message: 'table "people": no region; set AWS_REGION, or the source\'s `region`',
    });
  });

  test("an index is asked only for what a sign-in asks it for, and the table's key, which it always has", async () => {
    const asked: unknown[] = [];
    const nobody = {
      send: async ({ input }: { readonly input: { readonly ExpressionAttributeNames?: object } }) => {
        asked.push(Object.values(input.ExpressionAttributeNames ?? {}));
        return { Items: [], Table: { KeySchema: [{ AttributeName: "pk" }, { AttributeName: "sk" }] } };
      },
    };
    const place = { table: "orgs", region, index: "by-org", key: { org: "a" }, beginsWith: {} };
    expect(await attributeStore(() => nobody as never).query(place, ["role"])).toEqual([]);
    expect(asked).toEqual([[], ["pk", "sk", "org", "role"]]);
  });

  test("numbers keep all their digits", async () => {
    await client.send(
      new UpdateItemCommand({
        TableName: "people",
        Key: { pk: { S: "u7" } },
        UpdateExpression: "SET #n = :n",
        ExpressionAttributeNames: { "#n": "n" },
        ExpressionAttributeValues: { ":n": { N: "12345678901234567890123" } },
      }),
    );
    const row = await store().read(at("u7"), ["n"]);
    expect(keyJson({ n: row?.attributes.get("n") as string })).toEqual({ n: "12345678901234567890123" });
  });
});
