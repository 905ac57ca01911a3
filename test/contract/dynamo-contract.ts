import {
  type AttributeValue,
  DescribeTableCommand,
  DynamoDBClient,
  type GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dynamoAttributes } from "../../aws/dynamo-attributes.ts";
import { dynamoSending } from "../../aws/sending.ts";
import type { RowRead, RowRequest, RowResult, RowsQuery } from "../../claims/facts.ts";
import { decimalText } from "../../claims/gather/decimal-text.ts";
import { createTables } from "../../local/dynamodb.ts";
import { localCredentials } from "../../local/local-account.ts";
import { patience } from "../aws/fake-time.ts";
import type { RunningEngine } from "./engine-process.ts";

const never = new AbortController().signal;

/** What an answer on the wire was: the attribute names of the item, or of every item, or the error's name. */
type Wire = readonly string[] | readonly (readonly string[])[] | string | null;

/** What an answer may hold, of a row, several rows or a query. */
type Answer = {
  readonly Item?: Record<string, AttributeValue> | undefined;
  readonly Items?: readonly Record<string, AttributeValue>[] | undefined;
  readonly Responses?: { readonly [table: string]: readonly Record<string, AttributeValue>[] } | undefined;
};

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

const names = (item: Record<string, AttributeValue>): readonly string[] => Object.keys(item).toSorted();

function shapeOf({ Item, Items, Responses }: Answer): Wire {
  if (Responses) return Object.values(Responses).flatMap((items) => items.map(names));
  if (Items) return Items.map(names);
  return Item ? names(Item) : null;
}

/** Teams whose order by bytes is another than by letters, one that is in no team, and rows over a quarter megabyte. */
const teams = [
  { person: "p1", team: "ORG#b", role: "guest", lead: "l1" },
  { person: "p1", team: "ORG#Z", role: "admin", secret: "never asked for" },
  { person: "p1", team: "ORG#ä", lead: "l1" },
  { person: "p1", team: "TEAM#a", role: "lead" },
  { person: "p2", team: "ORG#b", role: "owner" },
  ...Array.from({ length: 9 }, (_, index) => ({ person: "large", team: `T${index}`, bulk: "x".repeat(300_000) })),
];

function query(changes: Partial<RowsQuery> = {}): RowsQuery {
  return {
    kind: "query",
    source: "teams",
    table: "teams",
    region: "eu-central-1",
    index: undefined,
    key: { person: "p1" },
    beginsWith: { team: "ORG#" },
    order: "ascending",
    limit: 10,
    attributes: ["team", "role"],
    consistent: true,
    ...changes,
  };
}

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
        teams,
      },
      { staff: ["pk"], members: ["tenant", "user"], nobody: ["tenant", "user"], teams: ["person", "team"] },
      { teams: { "by-team": ["team", "person"], "by-lead": ["lead"] } },
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
        const answer: Answer = await client.send(command, options);
        wire.push(shapeOf(answer));
        return answer;
      } catch (error) {
        wire.push((error as Error).name);
        throw error;
      }
    };
    const noting = { send } as Pick<DynamoDBClient, "send">;
    return dynamoAttributes(() => noting, dynamoSending(patience))(requests, never);
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

    const misshapen: readonly [string, Partial<RowRead>][] = [
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

  describe("reading rows of one table together", () => {
    test("gives each its own, those that are not there among them, and brings the union of attributes over the wire", async () => {
      const results = await read(
        request({ attributes: ["status"] }),
        request({ key: { pk: "STAFF#9" } }),
        request({ key: { pk: "STAFF#2" }, attributes: ["other"] }),
        request({ attributes: ["name"] }),
      );
      expect(results).toEqual([
        { state: "found", row: new Map([["status", false]]) },
        { state: "missing" },
        { state: "found", row: new Map([["other", "x"]]) },
        { state: "found", row: new Map([["name", "Zoë Łukasiewicz 漢字 👩‍⚕️"]]) },
      ]);
      expect(wire).toHaveLength(1);
      expect(wire[0]).toHaveLength(2);
      expect(wire[0]).toEqual(
        expect.arrayContaining([
          ["name", "pk", "roles", "status"],
          ["other", "pk"],
        ]),
      );
    });

    test("goes by the whole of a key, in whatever order its attributes are written", async () => {
      const member = (key: RowRead["key"]) => request({ table: "members", key, attributes: ["role"] });
      expect(
        await read(
          member({ tenant: "t1", user: "u2" }),
          member({ user: "u1", tenant: "t1" }),
          member({ tenant: "u1", user: "t1" }),
        ),
      ).toEqual([
        { state: "found", row: new Map([["role", "guest"]]) },
        { state: "found", row: new Map([["role", "admin"]]) },
        { state: "missing" },
      ]);
      expect(wire).toHaveLength(1);
    });

    test("takes as many as a hundred at once", async () => {
      const keys = Array.from({ length: 100 }, (_, index) => `STAFF#${index}`);
      const results = await read(...keys.map((pk) => request({ key: { pk } })));
      expect(wire).toHaveLength(1);
      expect(results.map(({ state }) => state)).toEqual(
        keys.map((pk) => (["STAFF#1", "STAFF#2"].includes(pk) ? "found" : "missing")),
      );
    });

    test("gives all of them, in as many answers as they need", async () => {
      const large = Array.from({ length: 6 }, (_, index) => ({ pk: `L${index}`, bulk: "x".repeat(390_000) }));
      await createTables(engine.url, { bulky: large }, { bulky: ["pk"] });
      const results = await read(
        ...large.map(({ pk }) => request({ table: "bulky", key: { pk }, attributes: ["pk", "bulk"] })),
      );
      expect(results.map((result) => result.state === "found" && result.row.get("pk"))).toEqual(
        large.map(({ pk }) => pk),
      );
    });

    test("fails only what is at fault, though one fault refuses all of them", async () => {
      const results = await read(request({ attributes: ["status"] }), request({ key: { pk: "" } }));
      expect(results).toEqual([{ state: "found", row: new Map([["status", false]]) }, { state: "failed" }]);
      expect(wire[0]).toBe("ValidationException");
      expect(wire).toHaveLength(3);
    });

    test("fails each of them for a table that does not exist", async () => {
      const nowhere = request({ table: "nowhere" });
      expect(await read(nowhere, { ...nowhere, key: { pk: "STAFF#2" } })).toEqual([
        { state: "failed" },
        { state: "failed" },
      ]);
      expect(new Set(wire)).toEqual(new Set(["ResourceNotFoundException"]));
    });
  });

  describe("querying rows", () => {
    const found = async (changes: Partial<RowsQuery> = {}) => {
      const [result] = await read(query(changes));
      return result?.state === "rows" ? [result.rows.map((each) => each.get("team")), result.more] : result?.state;
    };

    test("finds those whose sort key begins so, in the order of its bytes, with the attributes asked for", async () => {
      expect(await read(query())).toEqual([
        {
          state: "rows",
          rows: [
            new Map([
              ["team", "ORG#Z"],
              ["role", "admin"],
            ]),
            new Map([
              ["team", "ORG#b"],
              ["role", "guest"],
            ]),
            new Map([["team", "ORG#ä"]]),
          ],
          more: false,
        },
      ]);
      expect(wire).toEqual([
        [
          ["person", "role", "team"],
          ["person", "role", "team"],
          ["person", "team"],
        ],
      ]);
    });

    test("finds them from the other end", async () => {
      expect(await found({ order: "descending" })).toEqual([["ORG#ä", "ORG#b", "ORG#Z"], false]);
    });

    test("finds all of a partition key where nothing is said of the sort key, consistent or not", async () => {
      const all = ["ORG#Z", "ORG#b", "ORG#ä", "TEAM#a"];
      expect(await found({ beginsWith: {} })).toEqual([all, false]);
      expect(await found({ beginsWith: {}, consistent: false })).toEqual([all, false]);
    });

    test("finds one row by its whole key", async () => {
      expect(await found({ key: { person: "p1", team: "ORG#b" }, beginsWith: {} })).toEqual([["ORG#b"], false]);
    });

    test("finds nothing, where there is nothing", async () => {
      expect(await found({ key: { person: "p9" } })).toEqual([[], false]);
    });

    test.for([
      [1, ["ORG#Z"], true],
      [2, ["ORG#Z", "ORG#b"], true],
      [3, ["ORG#Z", "ORG#b", "ORG#ä"], false],
      [4, ["ORG#Z", "ORG#b", "ORG#ä"], false],
    ] as const)("up to %i of them, and says whether there are more", async ([limit, rows, more]) => {
      expect(await found({ limit })).toEqual([rows, more]);
    });

    test("goes on where a page ends, after a megabyte", async () => {
      const large = { key: { person: "large" }, beginsWith: {}, attributes: ["team", "bulk"] };
      const teamNames = Array.from({ length: 9 }, (_, index) => `T${index}`);
      expect(await found(large)).toEqual([teamNames, false]);
      expect(wire.length).toBeGreaterThan(1);
      expect(await found({ ...large, limit: 8, order: "descending" })).toEqual([
        teamNames.toReversed().slice(0, 8),
        true,
      ]);
    });

    test("goes by an index and its own key, and finds no row that is not in it", async () => {
      const byTeam = { index: "by-team", key: { team: "ORG#b" }, attributes: ["team", "person"] };
      expect(await found({ ...byTeam, beginsWith: { person: "p" } })).toEqual([["ORG#b", "ORG#b"], false]);
      expect(await found({ ...byTeam, beginsWith: { person: "p2" } })).toEqual([["ORG#b"], false]);
      expect(await found({ index: "by-lead", key: { lead: "l1" }, beginsWith: {} })).toEqual([
        expect.arrayContaining(["ORG#b", "ORG#ä"]),
        false,
      ]);
    });

    test.for<readonly [string, Partial<RowsQuery>, string]>([
      ["a table that does not exist", { table: "nowhere" }, "ResourceNotFoundException"],
      ["an index that does not exist", { index: "nowhere" }, "ValidationException"],
      ["a key that goes by another name", { key: { id: "p1" } }, "ValidationException"],
      ["the beginning of what is no sort key", { beginsWith: { role: "a" } }, "ValidationException"],
    ])("fails, at the first send, for %s", async ([, changes, name]) => {
      expect(await found(changes)).toBe("failed");
      expect(wire).toEqual([name]);
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

    test("makes indexes that hold everything a row has", async () => {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: "teams" }));
      expect(Table?.GlobalSecondaryIndexes).toHaveLength(2);
      expect(Table?.GlobalSecondaryIndexes).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            IndexName: "by-team",
            IndexStatus: "ACTIVE",
            Projection: { ProjectionType: "ALL" },
            KeySchema: [
              { AttributeName: "team", KeyType: "HASH" },
              { AttributeName: "person", KeyType: "RANGE" },
            ],
          }),
        ]),
      );
    });

    test("refuses a row whose key of an index is no text, naming neither", async () => {
      const rows = { wrong: [{ pk: "a" }, { pk: "b", lead: 7 }] };
      await expect(
        createTables(engine.url, rows, { wrong: ["pk"] }, { wrong: { "by-lead": ["lead"] } }),
      ).rejects.toMatchObject({
        code: "ROW_INVALID",
        message: 'table "wrong", row 1: "lead", the key of an index, must be a text',
      });
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

function request(changes: Partial<RowRead> = {}): RowRead {
  return {
    kind: "row",
    source: "staff",
    table: "staff",
    region: "eu-central-1",
    key: { pk: "STAFF#1" },
    attributes: ["roles"],
    consistent: true,
    ...changes,
  };
}
