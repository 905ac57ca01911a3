import { expect, test } from "vitest";
import type { Plan, PlanSource } from "../../claims/plan.ts";
import { LocalError } from "../../local/local-error.ts";
import { ROW_NUMBER, tableSchemas } from "../../local/table-schemas.ts";
import { aPlan } from "../claims/a-plan.ts";

const staff = aPlan().sources["staff"] as Extract<PlanSource, { readonly kind: "row" }>;
const sub = [{ ref: ["user", "sub"] }] as const;
const row = (table: string, ...key: readonly string[]): PlanSource => ({
  ...staff,
  table,
  key: Object.fromEntries(key.map((name) => [name, sub])),
});
const query = (table: string, key: string, changes: { beginsWith?: string; index?: string } = {}): PlanSource => ({
  ...staff,
  kind: "query",
  table,
  key: { [key]: sub },
  ...(changes.beginsWith !== undefined && { beginsWith: { [changes.beginsWith]: ["ORG#"] } }),
  ...(changes.index !== undefined && { index: changes.index }),
  order: "ascending",
  limit: 10,
  onMore: "deny",
});
const schemas = (sources: Plan["sources"], changes: Partial<Plan> = {}) => tableSchemas(aPlan({ sources, ...changes }));

test("a row tells the whole key of its table, and so does a query with the beginning of its sort key", () => {
  expect(schemas({ a: row("staff", "pk"), b: row("members", "tenant", "user") }).keys).toEqual({
    staff: ["pk"],
    members: ["tenant", "user"],
  });
  expect(schemas({ a: query("members", "person", { beginsWith: "org" }) })).toEqual({
    keys: { members: ["person", "org"] },
    indexes: { members: {} },
    sources: { members: ["a"] },
  });
});

test("sources of one table complete each other", () => {
  const sources = { a: query("members", "person"), b: row("members", "person", "org"), c: query("members", "person") };
  expect(schemas(sources)).toMatchObject({
    keys: { members: ["person", "org"] },
    sources: { members: ["a", "b", "c"] },
  });
});

test("where nothing tells the whole key, rows are told apart by their number", () => {
  expect(schemas({ a: query("members", "person") }).keys).toEqual({ members: ["person", ROW_NUMBER] });
  expect(schemas({ a: query("members", "person", { index: "by-person" }) })).toMatchObject({
    keys: { members: [ROW_NUMBER] },
    indexes: { members: { "by-person": ["person", ROW_NUMBER] } },
  });
});

test("an index has a key of its own, beside that of its table", () => {
  const sources = { a: row("members", "id"), b: query("members", "person", { index: "by-person", beginsWith: "org" }) };
  expect(schemas(sources)).toMatchObject({
    keys: { members: ["id"] },
    indexes: { members: { "by-person": ["person", "org"] } },
  });
});

test("a table that depends on the partition is there for every partition, each once", () => {
  const values = { eu: { suffix: "eu" }, de: { suffix: "eu" }, us: { suffix: "us" } };
  const partition = { by: { op: "string", value: "eu" }, values } as const;
  expect(schemas({ a: row("staff-{partition.suffix}", "pk") }, { partition }).keys).toEqual({
    "staff-eu": ["pk"],
    "staff-us": ["pk"],
  });
});

test("sources in code have no table", () => {
  const code = { ...staff, kind: "custom", hook: "scores" } as unknown as PlanSource;
  expect(schemas({ code })).toEqual({ keys: {}, indexes: {}, sources: {} });
});

test.for<readonly [string, Plan["sources"]]>([
  ["another partition key", { a: row("staff", "pk"), b: row("staff", "id") }],
  ["a sort key where there is none", { a: row("staff", "pk"), b: query("staff", "pk", { beginsWith: "sk" }) }],
  ["another partition key, by query", { a: row("staff", "pk", "sk"), b: query("staff", "id") }],
  ["another key of one index", { a: query("staff", "pk", { index: "i" }), b: query("staff", "id", { index: "i" }) }],
])("two sources that tell %s cannot both be served", ([, sources]) => {
  expect(() => schemas(sources)).toThrow(
    new LocalError("TABLE_KEY_UNKNOWN", 'table "staff": sources a, b tell different keys of it'),
  );
});
