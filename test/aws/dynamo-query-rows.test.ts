import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dynamoAttributes } from "../../aws/dynamo-attributes.ts";
import type { RowResult, RowsQuery } from "../../claims/facts.ts";
import { type Answers, type FakeItem, fakeDynamoDb, fault } from "./fake-dynamodb.ts";

const never = new AbortController().signal;

function query(changes: Partial<RowsQuery> = {}): RowsQuery {
  return {
    kind: "query",
    source: "memberships",
    table: "members",
    region: undefined,
    index: undefined,
    key: { pk: "PERSON#1" },
    beginsWith: { sk: "ORG#" },
    order: "ascending",
    limit: 3,
    attributes: ["role"],
    consistent: true,
    ...changes,
  };
}
const item = (role: number): FakeItem => ({
  pk: { S: "PERSON#1" },
  sk: { S: `ORG#${role}` },
  role: { N: String(role) },
});

/** A table with so many rows, in pages of at most so many. */
function paged(rows: number, pageSize: number): NonNullable<Answers["query"]> {
  return ({ Limit = Infinity, ExclusiveStartKey }: QueryCommandInput) => {
    const from = Number(ExclusiveStartKey?.["at"]?.N ?? 0);
    const to = Math.min(rows, from + Math.min(Limit, pageSize));
    const Items = Array.from({ length: to - from }, (_, index) => item(from + index));
    // DynamoDB gives the key of the last row it looked at even where that was the last there is.
    return { Items, ...(to - from === Math.min(Limit, pageSize) && { LastEvaluatedKey: { at: { N: String(to) } } }) };
  };
}

async function read(answers: Answers, changes: Partial<RowsQuery> = {}, signal: AbortSignal = never) {
  const { client, sent } = fakeDynamoDb(answers);
  const [result] = await dynamoAttributes(() => client)([query(changes)], signal);
  return { result, sent: sent as QueryCommandInput[] };
}
const roles = (result: RowResult | undefined) => (result?.state === "rows" ? result.rows.length : result?.state);

test("names and values go by placeholder, and one row more than the limit is asked for", async () => {
  const { sent } = await read({ query: paged(1, 10) });
  expect(sent).toEqual([
    {
      TableName: "members",
      KeyConditionExpression: "#0 = :0 AND begins_with(#1, :1)",
      ExpressionAttributeValues: { ":0": { S: "PERSON#1" }, ":1": { S: "ORG#" } },
      ProjectionExpression: "#0, #1, #2",
      ExpressionAttributeNames: { "#0": "pk", "#1": "sk", "#2": "role" },
      ScanIndexForward: true,
      ConsistentRead: true,
      Limit: 4,
    },
  ]);
});

test("an index is asked for by its name and never consistently, whatever is wanted; descending is backwards", async () => {
  const { sent } = await read({ query: paged(1, 10) }, { index: "by-person", beginsWith: {}, order: "descending" });
  expect(sent).toMatchObject([
    {
      IndexName: "by-person",
      KeyConditionExpression: "#0 = :0",
      ExpressionAttributeValues: { ":0": { S: "PERSON#1" } },
      ConsistentRead: false,
      ScanIndexForward: false,
    },
  ]);
});

test("an attribute that is of the key too is asked for once", async () => {
  const { result, sent } = await read({ query: paged(1, 10) }, { attributes: ["sk"] });
  expect(sent[0]?.ExpressionAttributeNames).toEqual({ "#0": "pk", "#1": "sk" });
  expect(result).toEqual({ state: "rows", rows: [new Map([["sk", "ORG#0"]])], more: false });
});

test("values of a key are values, whatever they look like", async () => {
  const strange = "x :0 OR #0 <> :0 ) ''";
  const { sent } = await read({ query: paged(0, 10) }, { key: { "a = :1 OR b": strange } });
  expect(sent[0]?.KeyConditionExpression).toBe("#0 = :0 AND begins_with(#1, :1)");
  expect(sent[0]?.ExpressionAttributeNames).toMatchObject({ "#0": "a = :1 OR b" });
  expect(sent[0]?.ExpressionAttributeValues).toMatchObject({ ":0": { S: strange } });
});

test("no rows are an empty list", async () => {
  const { result } = await read({ query: paged(0, 10) });
  expect(result).toEqual({ state: "rows", rows: [], more: false });
});

test("however many rows there are and however they are paged, the first come up to the limit, and whether there are more", async () => {
  const few = fc.integer({ min: 0, max: 12 });
  const some = fc.integer({ min: 1, max: 12 });
  await fc.assert(
    fc.asyncProperty(few, some, some, async (rows, pageSize, limit) => {
      const { result, sent } = await read({ query: paged(rows, pageSize) }, { limit });
      expect(result).toMatchObject({ state: "rows", more: rows > limit });
      expect(roles(result)).toBe(Math.min(rows, limit));
      // No page is asked for once it is known that there are more.
      expect(sent.length).toBeLessThanOrEqual(
        Math.floor(Math.min(rows, limit + 1) / Math.min(pageSize, limit + 1)) + 1,
      );
    }),
    { numRuns: 200 },
  );
});

test("an empty page is not the end, a last one without rows is", async () => {
  const pages = [
    { Items: [item(0)], LastEvaluatedKey: { at: { N: "1" } } },
    { Items: [], LastEvaluatedKey: { at: { N: "2" } } },
    { Items: [item(1)], LastEvaluatedKey: { at: { N: "3" } } },
    { Items: [] },
  ];
  const { result, sent } = await read({ query: () => pages.shift() ?? {} });
  expect(roles(result)).toBe(2);
  expect(sent.map(({ Limit, ExclusiveStartKey }) => [Limit, ExclusiveStartKey?.["at"]?.N])).toEqual([
    [4, undefined],
    [3, "1"],
    [3, "2"],
    [2, "3"],
  ]);
});

test("each page is sent for three times at most", async () => {
  let sends = 0;
  const flaky: Answers["query"] = (input) => {
    sends += 1;
    if (sends % 3 !== 0) throw fault("InternalServerError");
    return paged(2, 1)(input);
  };
  const { result, sent } = await read({ query: flaky });
  expect(roles(result)).toBe(2);
  expect(sent).toHaveLength(9);
});

test.for([
  ["AccessDeniedException", 1],
  ["ThrottlingException", 2],
  ["InternalServerError", 3],
] as const)("a page that cannot be had for %s fails the whole query", async ([name, sends]) => {
  const answers: Answers = {
    query: (input) => {
      if (input.ExclusiveStartKey) throw fault(name);
      return { Items: [item(0)], LastEvaluatedKey: { at: { N: "1" } } };
    },
  };
  const { result, sent } = await read(answers);
  expect(result).toEqual({ state: "failed" });
  expect(sent).toHaveLength(1 + sends);
});

test.for([{}, { Items: null }, { Items: "none" }, { Count: 0 }])(
  "an answer without a list of rows is not one without rows: %o",
  async (answer) => {
    const { result, sent } = await read({ query: () => answer as object });
    expect(result).toEqual({ state: "failed" });
    expect(sent).toHaveLength(3);
  },
);

test("once time is up no further page is sent for", async () => {
  const abort = new AbortController();
  const answers: Answers = {
    query: () => {
      abort.abort();
      return { Items: [item(0)], LastEvaluatedKey: { at: { N: "1" } } };
    },
  };
  const { result, sent } = await read(answers, {}, abort.signal);
  expect(result).toEqual({ state: "failed" });
  expect(sent).toHaveLength(1);
});

test("two queries and a row go at once, each with a result of its own", async () => {
  const { client } = fakeDynamoDb({
    query: ({ IndexName }) => {
      if (IndexName !== undefined) throw fault("ValidationException");
      return { Items: [item(0)] };
    },
    get: () => ({}),
  });
  const { index: _, beginsWith: __, order: ___, limit: ____, ...place } = query();
  const results = await dynamoAttributes(() => client)(
    [query({ index: "nowhere" }), query(), { ...place, kind: "row" }],
    never,
  );
  expect(results.map(({ state }) => state)).toEqual(["failed", "rows", "missing"]);
});
