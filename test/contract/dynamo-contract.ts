import {
  DescribeTableCommand,
  DynamoDBClient,
  type GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dynamoAttributes } from "../../aws/dynamo-attributes.ts";
import { decimalText } from "../../claims/decimal-text.ts";
import type { RowRequest, RowResult } from "../../claims/facts.ts";
import { createTables } from "../../local/dynamodb.ts";
import { localCredentials } from "../../local/local-account.ts";
import type { RunningEngine } from "./engine-process.ts";

const never = new AbortController().signal;

/** What an answer on the wire was: the item's attribute names, or the error's name. */
type Wire = readonly string[] | string | null;

/** DynamoDB's 38 digits, at both ends of them. */
const numbers: Readonly<Record<string, string>> = {
  whole: "12345678901234567890123456789012345678",
  negative: "-99999999999999999999999999999999999999",
  fraction: "0.12345678901234567890123456789012345678",
  mixed: "1234567890123456789.0123456789012345678",
  zero: "0",
};

const row = {
  pk: { S: "STAFF#1" },
  // Four of the words DynamoDB reserves.
  roles: { L: [{ S: "adjuster" }, { S: "reader" }] },
  name: { S: "Zoë Łukasiewicz 漢字 👩‍⚕️" },
  status: { BOOL: false },
  date: { NULL: true },
  empty: { S: "" },
  nothing: { L: [] },
  texts: { SS: ["x", "y"] },
  amounts: { NS: [numbers["whole"] as string, "7"] },
  blobs: { BS: [new Uint8Array([1]), new Uint8Array([2, 3])] },
  blob: { B: new Uint8Array([0, 127, 255]) },
  office: { M: { floor: { N: "2" }, rooms: { L: [{ M: { b: { L: [{ NULL: true }] } } }] }, none: { M: {} } } },
  "odd.name[0] with: #everything ü": { S: "found" },
  secret: { S: "never asked for" },
};

/** What claimseal relies on in a DynamoDB, for any implementation of it. */
export function dynamoContract(start: () => Promise<RunningEngine>): void {
  let engine: RunningEngine;
  let client: DynamoDBClient;
  let wire: Wire[] = [];

  beforeAll(async () => {
    engine = await start();
    client = new DynamoDBClient({ endpoint: engine.url, region: "eu-central-1", credentials: localCredentials });
    await createTables(
      engine.url,
      {
        staff: [{ pk: "STAFF#2", other: "x" }],
        members: [
          { tenant: "t1", user: "u1", role: "admin" },
          { tenant: "t1", user: "u2", role: "guest" },
        ],
      },
      { staff: ["pk"], members: ["tenant", "user"], nobody: ["tenant", "user"] },
    );
    await client.send(new PutItemCommand({ TableName: "staff", Item: row }));
    const digits = Object.entries(numbers).map(([name, N]) => [name, { N }]);
    await client.send(
      new PutItemCommand({ TableName: "staff", Item: { pk: { S: "NUMBERS" }, ...Object.fromEntries(digits) } }),
    );
  });
  afterAll(async () => {
    client?.destroy();
    await engine?.stop();
  });

  /** Reads as the trigger does, and notes what came over the wire. */
  async function read(...requests: readonly RowRequest[]): Promise<readonly RowResult[]> {
    wire = [];
    const send = async (command: GetItemCommand, options: { readonly abortSignal?: AbortSignal }) => {
      try {
        const answer = await client.send(command, options);
        wire.push(answer.Item === undefined ? null : Object.keys(answer.Item).toSorted());
        return answer;
      } catch (error) {
        wire.push((error as Error).name);
        throw error;
      }
    };
    return dynamoAttributes(() => ({ send }) as Pick<DynamoDBClient, "send">)(requests, never);
  }

  describe("reading a row", () => {
    test("gives every type of value as plain data, under reserved words and under names with any character", async () => {
      const attributes = Object.keys(row).filter((name) => !["pk", "secret"].includes(name));
      expect(await read(request({ attributes }))).toEqual([
        {
          state: "found",
          row: new Map<string, unknown>([
            ["roles", ["adjuster", "reader"]],
            ["name", "Zoë Łukasiewicz 漢字 👩‍⚕️"],
            ["status", false],
            ["date", null],
            ["empty", ""],
            ["nothing", []],
            ["texts", new Set(["x", "y"])],
            ["amounts", new Set([decimalText(numbers["whole"] as string), decimalText("7")])],
            ["blobs", new Set([new Uint8Array([1]), new Uint8Array([2, 3])])],
            ["blob", new Uint8Array([0, 127, 255])],
            ["office", { floor: decimalText("2"), rooms: [{ b: [null] }], none: {} }],
            ["odd.name[0] with: #everything ü", "found"],
          ]),
        },
      ]);
    });

    test("loses no digit of a number", async () => {
      expect(await read(request({ key: { pk: "NUMBERS" }, attributes: Object.keys(numbers) }))).toEqual([
        { state: "found", row: new Map(Object.entries(numbers).map(([name, text]) => [name, decimalText(text)])) },
      ]);
    });

    test.for([true, false])(
      "with consistent: %s finds what was written, and a key attribute among it",
      async (consistent) => {
        expect(await read(request({ attributes: ["pk", "name"], consistent }))).toEqual([
          {
            state: "found",
            row: new Map([
              ["pk", "STAFF#1"],
              ["name", "Zoë Łukasiewicz 漢字 👩‍⚕️"],
            ]),
          },
        ]);
      },
    );

    test("brings the key and the attributes asked for over the wire, and nothing else", async () => {
      await read(request({ attributes: ["roles", "status", "not there"] }));
      expect(wire).toEqual([["pk", "roles", "status"]]);
    });

    test("tells a row without any of the attributes from a row that is not there", async () => {
      expect(await read(request({ key: { pk: "STAFF#2" } }), request({ key: { pk: "STAFF#3" } }))).toEqual([
        { state: "found", row: new Map() },
        { state: "missing" },
      ]);
    });

    test("goes by the whole of a key of two attributes", async () => {
      const member = (user: string) => request({ table: "members", key: { tenant: "t1", user }, attributes: ["role"] });
      expect(await read(member("u2"), member("u1"), member("u3"))).toEqual([
        { state: "found", row: new Map([["role", "guest"]]) },
        { state: "found", row: new Map([["role", "admin"]]) },
        { state: "missing" },
      ]);
    });

    test("fails for a table that does not exist, at the first send and without harm to another read", async () => {
      expect(await read(request({ table: "nowhere" }), request({ attributes: ["status"] }))).toEqual([
        { state: "failed" },
        { state: "found", row: new Map([["status", false]]) },
      ]);
      expect(wire).toHaveLength(2);
      expect(wire).toEqual(expect.arrayContaining(["ResourceNotFoundException", ["pk", "status"]]));
    });

    const misshapen: readonly [string, Partial<RowRequest>][] = [
      ["lacks its sort key", { table: "members", key: { tenant: "t1" } }],
      ["has an attribute too many", { key: { pk: "STAFF#1", sk: "x" } }],
      ["goes by another name", { key: { id: "STAFF#1" } }],
      ["is empty", { key: { pk: "" } }],
      ["is longer than a key may be", { key: { pk: "x".repeat(2049) } }],
    ];
    test.for(misshapen)("fails, at the first send, for a key that %s", async ([, changes]) => {
      expect(await read(request(changes))).toEqual([{ state: "failed" }]);
      expect(wire).toEqual(["ValidationException"]);
    });
  });

  describe("creating tables", () => {
    test("makes them ready at once, paid per request and keyed by texts, without rows where there are none", async () => {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: "nobody" }));
      expect(Table).toMatchObject({
        TableStatus: "ACTIVE",
        ItemCount: 0,
        BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
        KeySchema: [
          { AttributeName: "tenant", KeyType: "HASH" },
          { AttributeName: "user", KeyType: "RANGE" },
        ],
      });
      expect(Table?.AttributeDefinitions).toHaveLength(2);
      expect(Table?.AttributeDefinitions).toEqual(
        expect.arrayContaining([
          { AttributeName: "tenant", AttributeType: "S" },
          { AttributeName: "user", AttributeType: "S" },
        ]),
      );
    });

    test("writes every row as it is, more of them than one request takes", async () => {
      const rows = Array.from({ length: 60 }, (_, index) => ({
        pk: `row ${index}`,
        index,
        share: index / 8,
        text: "ü".repeat(index),
        list: [null, true, { deep: [] }],
      }));
      await createTables(engine.url, { many: rows }, { many: ["pk"] });
      const { Items = [] } = await client.send(new ScanCommand({ TableName: "many", ConsistentRead: true }));
      const stored = new Map(Items.map((item) => unmarshall(item)).map((found) => [found["pk"], found]));
      expect(stored).toEqual(new Map(rows.map((written) => [written.pk, written])));
    });

    test("is refused for a table that is there already, whose rows stay", async () => {
      await expect(
        createTables(
          engine.url,
          { members: [{ tenant: "t1", user: "u1", role: "owner" }] },
          { members: ["tenant", "user"] },
        ),
      ).rejects.toMatchObject({ name: "ResourceInUseException" });
      expect(
        await read(request({ table: "members", key: { tenant: "t1", user: "u1" }, attributes: ["role"] })),
      ).toEqual([{ state: "found", row: new Map([["role", "admin"]]) }]);
    });
  });
}

function request(changes: Partial<RowRequest> = {}): RowRequest {
  return {
    source: "staff",
    table: "staff",
    region: "eu-central-1",
    key: { pk: "STAFF#1" },
    attributes: ["roles"],
    consistent: true,
    ...changes,
  };
}
