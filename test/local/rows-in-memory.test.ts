import { expect, test } from "vitest";
import type { RowRead, RowsQuery } from "../../claims/facts.ts";
import { rowsInMemory } from "../../local/rows-in-memory.ts";

const tables = {
  members: [
    { person: "u1", org: "ORG#b", role: "guest", secret: "x" },
    { person: "u2", org: "ORG#a", role: "admin" },
    { person: "u1", org: "ORG#ä", role: "owner" },
    { person: "u1", org: "ORG#a" },
    { person: "u1", org: "TEAM#a", role: "lead" },
    { person: "u1", role: "without" },
    { person: "u1", org: 7 },
  ],
  nobody: [],
};
const place = { source: "s", table: "members", region: undefined, consistent: false, attributes: ["org", "role"] };
const row = (changes: Partial<RowRead> = {}): RowRead => ({ kind: "row", ...place, key: { person: "u2" }, ...changes });
const query = (changes: Partial<RowsQuery> = {}): RowsQuery => ({
  kind: "query",
  ...place,
  key: { person: "u1" },
  index: undefined,
  beginsWith: { org: "ORG#" },
  order: "ascending",
  limit: 10,
  ...changes,
});
const load = rowsInMemory(tables);
const read = async (request: RowRead | RowsQuery) => (await load([request], new AbortController().signal))[0];
const orgs = async (request: RowsQuery) => {
  const result = await read(request);
  return result?.state === "rows" ? [result.rows.map((each) => each.get("org")), result.more] : result?.state;
};

test("a row is found by its exact key and has the attributes asked for, where it has them", async () => {
  expect(await read(row())).toEqual({
    state: "found",
    row: new Map([
      ["org", "ORG#a"],
      ["role", "admin"],
    ]),
  });
  expect(await read(row({ attributes: ["__proto__", "role"] }))).toEqual({
    state: "found",
    row: new Map([["role", "admin"]]),
  });
  expect(await read(row({ key: { person: "u9" } }))).toEqual({ state: "missing" });
  expect(await read(row({ key: { constructor: "u9" } as unknown as RowRead["key"] }))).toEqual({ state: "missing" });
});

test("a query finds rows by the beginning of their sort key, in the order of its bytes", async () => {
  expect(await orgs(query())).toEqual([["ORG#a", "ORG#b", "ORG#ä"], false]);
  expect(await orgs(query({ order: "descending" }))).toEqual([["ORG#ä", "ORG#b", "ORG#a"], false]);
  expect(await orgs(query({ beginsWith: { org: "ORG#a" } }))).toEqual([["ORG#a"], false]);
});

test("a query without a beginning finds rows in the order of the table, or the other way round", async () => {
  const all = ["ORG#b", "ORG#ä", "ORG#a", "TEAM#a", undefined, 7];
  expect(await orgs(query({ beginsWith: {} }))).toEqual([all, false]);
  expect(await orgs(query({ beginsWith: {}, order: "descending" }))).toEqual([all.toReversed(), false]);
});

test("a query gives no more rows than its limit, and says whether there are more", async () => {
  expect(await orgs(query({ limit: 3 }))).toEqual([["ORG#a", "ORG#b", "ORG#ä"], false]);
  expect(await orgs(query({ limit: 2 }))).toEqual([["ORG#a", "ORG#b"], true]);
  expect(await orgs(query({ limit: 1, order: "descending" }))).toEqual([["ORG#ä"], true]);
});

test("a query of an empty table finds no rows; a table that is not there fails", async () => {
  expect(await read(query({ table: "nobody" }))).toEqual({ state: "rows", rows: [], more: false });
  expect(await read(query({ table: "nowhere" }))).toEqual({ state: "failed" });
  expect(await read(row({ table: "__proto__" }))).toEqual({ state: "failed" });
});

test("a source in code is not in a table", async () => {
  const subject = { poolId: "p", clientId: "c", grant: "user", sub: "s" } as const;
  const results = await load(
    [{ kind: "custom", source: "s", hook: "h", subject, attributes: [] }],
    new AbortController().signal,
  );
  expect(results).toEqual([{ state: "failed" }]);
});

test("a chained function adds the claims that were given for its source, as far as they are asked for, or it has failed", async () => {
  const chained = { legacy: { plan: "team", seats: 5 }, silent: null };
  const asked = (source: string, ...attributes: readonly string[]) =>
    ({ kind: "chain", source, function: "arn", attributes }) as const;
  const requests = [asked("legacy", "plan", "toString"), asked("silent", "plan"), asked("__proto__"), asked("other")];
  expect(await rowsInMemory({}, chained)(requests, new AbortController().signal)).toEqual([
    { state: "found", row: new Map([["plan", "team"]]) },
    { state: "missing" },
    { state: "failed" },
    { state: "failed" },
  ]);
});
