import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dynamoAttributes } from "../../aws/dynamo-attributes.ts";
import type { RowRequest, RowResult } from "../../claims/facts.ts";
import { readDeclared } from "../../claims/gather/declared-value.ts";
import { createTables, startDynamoDb, type TableRow } from "../../local/dynamodb.ts";
import { localCredentials } from "../../local/local-account.ts";
import type { Loopback } from "../../local/loopback.ts";
import { rowsInMemory } from "../../local/rows-in-memory.ts";

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

const name = fc.string({ unit: fc.constantFrom("#", "a", "Z", "é", "😀", "\uffff"), minLength: 1, maxLength: 3 });
const person = fc.constantFrom("p1", "p2");
const value = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.integer(), { maxLength: 2 }),
);
const row: fc.Arbitrary<TableRow> = fc
  .record({ person, id: name, team: person, data: value }, { requiredKeys: ["person", "id"] })
  .map((each) => ({ ...each }));
const rows = fc.uniqueArray(row, { maxLength: 12, selector: (each) => JSON.stringify([each["person"], each["id"]]) });

const place = { source: "s", region: undefined, consistent: false, attributes: ["id", "data", "team"] };
const query = fc
  .record({
    index: fc.constantFrom(undefined, "by-team"),
    of: person,
    start: fc.oneof(name, fc.constant("a")),
    order: fc.constantFrom<"ascending" | "descending">("ascending", "descending"),
    limit: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ index, of, start, order, limit }) => (table: string): RowRequest => {
    const key = index === undefined ? { person: of } : { team: of };
    return { kind: "query", ...place, table, index, key, beginsWith: { id: start }, order, limit };
  });
const read = fc.record({ person, id: name }).map(
  (key) =>
    (table: string): RowRequest => ({ kind: "row", ...place, table, key }),
);

/** What an expression would see of a result: values as they are declared, whatever stands for a number. */
const seen = (result: RowResult): unknown => {
  const facts = (each: ReadonlyMap<string, unknown>) =>
    place.attributes.map((attribute) => [
      readDeclared({ type: "string", class: "open" }, each.get(attribute)),
      readDeclared({ type: "int", class: "open" }, each.get(attribute)),
      readDeclared({ type: { list: "int" }, class: "open" }, each.get(attribute)),
    ]);
  if (result.state === "found") return facts(result.row);
  return result.state === "rows" ? [result.rows.map(facts), result.more] : result.state;
};

test("tables in memory answer what DynamoDB answers, whatever is in them and whatever is asked", async () => {
  let tables = 0;
  let answered = 0;
  const requests = fc.array(fc.oneof(query, read), { minLength: 6, maxLength: 16 });
  await fc.assert(
    fc.asyncProperty(rows, requests, async (content, asked) => {
      const table = `table-${tables++}`;
      // One index key beside the table's, and ids told apart within it.
      const unique = content.filter(
        (each, index) => content.findIndex(({ team, id }) => team === each["team"] && id === each["id"]) === index,
      );
      await createTables(
        server.url,
        { [table]: unique },
        { [table]: ["person", "id"] },
        { [table]: { "by-team": ["team", "id"] } },
      );
      const all = asked.map((request) => request(table));
      const signal = new AbortController().signal;
      const memory = await rowsInMemory({ [table]: unique })(all, signal);
      const real = await dynamoAttributes(() => client)(all, signal);
      expect(memory.map(seen)).toEqual(real.map(seen));
      answered += memory.filter(
        (each) => each.state === "found" || (each.state === "rows" && each.rows.length > 0),
      ).length;
    }),
    { numRuns: 60 },
  );
  expect(answered).toBeGreaterThan(30);
});
