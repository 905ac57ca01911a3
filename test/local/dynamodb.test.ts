import {
  BatchGetItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JsonValue } from "../../cognito/json.ts";
import { createTables, startDynamoDb, type TableRow } from "../../local/dynamodb.ts";
import { localCredentials } from "../../local/local-account.ts";
import type { Loopback } from "../../local/loopback.ts";

let server: Loopback;
let client: DynamoDBClient;

beforeAll(async () => {
  server = await startDynamoDb();
  client = new DynamoDBClient({ endpoint: server.url, region: "eu-central-1", credentials: localCredentials });
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

const anna: TableRow = {
  pk: "STAFF#u1",
  clinicIds: ["c42", "c43"],
  profession: "physician",
  suspended: false,
  level: 3.25,
  manager: null,
  office: { floor: 2, rooms: ["a", { b: [] }] },
  "odd.name with: everything": "",
};

test("listens on loopback only", () => {
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test("a row comes back equal through the real client", async () => {
  await createTables(server.url, { staff: [anna, { pk: "STAFF#u2" }] }, { staff: ["pk"] });
  const { Item } = await client.send(
    new GetItemCommand({ TableName: "staff", Key: marshall({ pk: "STAFF#u1" }), ConsistentRead: true }),
  );
  expect(unmarshall(Item!)).toEqual(anna);
  const missing = await client.send(new GetItemCommand({ TableName: "staff", Key: marshall({ pk: "STAFF#u9" }) }));
  expect(missing.Item).toBeUndefined();
});

test("rows of a table with a sort key are told apart by it", async () => {
  const rows = [
    { tenant: "t1", user: "u1", role: "admin" },
    { tenant: "t1", user: "u2", role: "guest" },
  ];
  await createTables(server.url, { members: rows }, { members: ["tenant", "user"] });
  const keys = rows.map(({ tenant, user }) => marshall({ tenant, user }));
  const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: { members: { Keys: keys } } }));
  const found = (Responses?.["members"] ?? []).map((item) => unmarshall(item));
  expect(found).toHaveLength(2);
  expect(found).toEqual(expect.arrayContaining(rows));
});

test("any JSON row comes back equal, more rows than one batch takes", async () => {
  // Minus zero and numbers of more than 38 digits are no values of DynamoDB.
  const number = fc.integer({ min: -1e12, max: 1e12 }).map((thousandths) => thousandths / 1000 + 0);
  const leaf = fc.oneof(fc.string({ unit: "grapheme" }), number, fc.boolean(), fc.constant(null));
  const names = fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== "pk" && name !== "__proto__");
  const { value: values } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(names, tie("value"), { maxKeys: 3 }),
    ),
  }));
  const bodies = fc.array(fc.dictionary(names, values, { maxKeys: 4 }), { maxLength: 60 });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(bodies, async (several) => {
      run += 1;
      const table = `any-${run}`;
      const rows = several.map((body, index) => ({ ...body, pk: `row ${index}` }));
      await createTables(server.url, { [table]: rows }, { [table]: ["pk"] });
      const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
      const stored = new Map(Items.map((item) => unmarshall(item)).map((row) => [String(row["pk"]), row]));
      expect(stored.size).toBe(rows.length);
      for (const row of rows) expect(stored.get(row.pk)).toEqual(row);
    }),
    { numRuns: 20, examples: [[Array.from({ length: 60 }, (_, n) => ({ n }))]] },
  );
});

test("tables are paid per request, keyed by strings, and ready at once", async () => {
  await createTables(server.url, {}, { empty: ["pk", "sk"] });
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "empty" }));
  expect(Table).toMatchObject({
    TableStatus: "ACTIVE",
    ItemCount: 0,
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
  });
});

const refused: readonly [string, readonly TableRow[], string][] = [
  ["without its key", [{ name: "x" }], 'table "bad", row 0: key attribute "pk" must be a text'],
  ["with a number for a key", [{ pk: "a" }, { pk: 7 }], 'table "bad", row 1: key attribute "pk" must be a text'],
  ["with an empty key", [{ pk: "" }], 'table "bad", row 0: key attribute "pk" must be a text'],
  [
    "with another's key",
    [{ pk: "a" }, { pk: "b" }, { pk: "a" }],
    'table "bad", row 2: an earlier row has the same key',
  ],
  [
    "with a number DynamoDB would round",
    [{ pk: "a", n: 1e300 }],
    'table "bad", row 0: holds a value that DynamoDB cannot store',
  ],
];
test.for(refused)("a row %s is refused by number, and no table is made", async ([, rows, message]) => {
  await expect(createTables(server.url, { bad: rows }, { bad: ["pk"], good: ["pk"] })).rejects.toMatchObject({
    name: "LocalError",
    code: "ROW_INVALID",
    message,
  });
  const { TableNames } = await client.send(new ListTablesCommand({}));
  expect(TableNames).not.toContain("bad");
  expect(TableNames).not.toContain("good");
});

test("rows of a table nobody reads are refused by its name", async () => {
  await expect(createTables(server.url, { staf: [{ pk: "a" }] }, { staff: ["pk"] })).rejects.toMatchObject({
    code: "TABLE_KEY_UNKNOWN",
    message: 'table "staf" has rows, but nothing says what its key is',
  });
});

test("without dynalite, it names the command that installs it", async () => {
  const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
  await expect(startDynamoDb(0, () => Promise.reject(missing))).rejects.toMatchObject({
    name: "LocalError",
    code: "PEER_MISSING",
    message: "the embedded DynamoDB needs dynalite: npm install --save-dev dynalite@4.0.0",
  });
  const broken = new SyntaxError("Unexpected token");
  await expect(startDynamoDb(0, () => Promise.reject(broken))).rejects.toBe(broken);
});

test("stops with a client still connected, and frees its port", async () => {
  const first = await startDynamoDb();
  const connected = new DynamoDBClient({ endpoint: first.url, region: "eu-west-1", credentials: localCredentials });
  await connected.send(new ListTablesCommand({}));
  await first.stop();
  const second = await startDynamoDb(first.port);
  expect(second.url).toBe(first.url);
  expect((await connected.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  connected.destroy();
  await second.stop();
});
