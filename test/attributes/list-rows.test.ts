import { beforeEach, expect, test } from "vitest";
import { keyJson } from "../../attributes/json-of.ts";
import { keyClass, keyHash, keyText } from "../../attributes/key-name.ts";
import { type ListedRows, type ListOptions, listRows } from "../../attributes/list-rows.ts";
import type { Registry } from "../../attributes/registry.ts";
import type { RowKey } from "../../attributes/row-store.ts";
import { decimalText } from "../../claims/gather/decimal-text.ts";
import type { Class, Plan, PlanSource } from "../../claims/plan.ts";
import { KEYS, PLAN, registryAt } from "./a-hospital.ts";
import { type MemoryStore, rowsInMemory } from "./rows-in-memory.ts";

let store: MemoryStore;
let registry: Registry;
beforeEach(() => {
  store = rowsInMemory(KEYS);
  registry = registryAt(store);
  const seed = (table: string, name: readonly unknown[], item: object): void =>
    void store.tables.get(table)?.set(JSON.stringify(name), new Map(Object.entries(item)));
  seed("people", ["ACCOUNT#A7"], { pk: "ACCOUNT#A7", iban: "DE02" });
  for (let each = 1; each <= 5; each += 1) {
    const pk = `STAFF#u${each}`;
    seed("people", [pk], { pk, profession: each === 3 ? "surgeon" : "nurse", shifts: decimalText(String(each * 2)) });
  }
  seed("orgs", ["USER#u1", "ORG#a"], { pk: "USER#u1", sk: "ORG#a", org: "a", role: "owner" });
  seed("orgs", ["ORG#a", "INFO"], { pk: "ORG#a", sk: "INFO", tier: "free", role: "admin" });
  seed("visits", ["u1", 5], { person: "u1", at: decimalText("5"), room: "12345" });
  seed("lockers-east", ["LOCKER#u1"], { pk: "LOCKER#u1", number: decimalText("0") });
});

const keys = ({ rows }: ListedRows): string[] => rows.map(({ key }) => keyText(keyJson(key)));

test("rows of a source are listed with the states of their attributes, and those of others passed over", async () => {
  const listed = await listRows(registry, "staff");
  expect(keys(listed)).toEqual([1, 2, 3, 4, 5].map((each) => `STAFF#u${each}`));
  expect(listed.next).toBeNull();
  expect(listed.rows[0]).toMatchObject({
    version: 0,
    states: { profession: "valid", shifts: "valid", rate: "absent" },
  });
  expect(listed.rows[2]?.states).toMatchObject({ profession: "invalid" });
  expect(keys(await listRows(registry, "account"))).toEqual(["ACCOUNT#A7"]);
});

test("pages end where they are told to, and go on from there to the last row", async () => {
  const all: string[] = [];
  let after: string | null = null;
  do {
    const options: ListOptions = after === null ? { limit: 2 } : { limit: 2, after };
    const page: ListedRows = await listRows(registry, "staff", options);
    expect(page.rows.length).toBeLessThanOrEqual(2);
    all.push(...keys(page));
    after = page.next;
  } while (after !== null);
  expect(all).toEqual([1, 2, 3, 4, 5].map((each) => `STAFF#u${each}`));
});

test("only what a sign-in would stumble over, where that is asked for", async () => {
  expect(keys(await listRows(registry, "staff", { invalid: true }))).toEqual(["STAFF#u3", "STAFF#u4", "STAFF#u5"]);
});

test("rows of a query, of an index and of a partition are told by their keys", async () => {
  expect(keys(await listRows(registry, "memberships"))).toEqual(["USER#u1 / ORG#a"]);
  expect(keys(await listRows(registry, "company"))).toEqual(["ORG#a / INFO"]);
  // In the index are only rows that have its key.
  expect(keys(await listRows(registry, "colleagues"))).toEqual(["USER#u1 / ORG#a"]);
  const visits = await listRows(registry, "visits", { limit: 1 });
  expect([keys(visits), visits.next]).toEqual([["u1 / 5"], null]);
  expect(keys(await listRows(registry, "locker", { partition: "east", invalid: true }))).toEqual(["LOCKER#u1"]);
  await expect(listRows(registry, "locker")).rejects.toMatchObject({
    code: "SUBJECT_INVALID",
    message: 'source "locker" has a table a partition: say which, of east, west',
  });
});

test("a place to go on from keeps the types of a key, and any other is refused", async () => {
  const [row] = (await listRows(registry, "visits")).rows;
  const page = await listRows(registry, "visits", { limit: 1 });
  expect(page.rows).toEqual([row]);
  const token = (values: unknown): string => Buffer.from(JSON.stringify(values)).toString("base64url");
  const after = token([
    ["person", "S", "u1"],
    ["at", "N", "5"],
  ]);
  expect(await listRows(registry, "visits", { after })).toEqual({ rows: [], next: null });
  for (const wrong of ["", "x", token(5), token([5]), token([["person", 5, "x"]])]) {
    await expect(listRows(registry, "visits", { after: wrong })).rejects.toMatchObject({ code: "PAGE_INVALID" });
  }
});

test("a key is as private as what it is built from, and its hash is the same for the same row", () => {
  const classOf = (source: string, key: RowKey): string => keyClass(PLAN, source, key);
  expect(classOf("staff", { pk: "STAFF#u1" })).toBe("open");
  expect(classOf("mail", { pk: "MAIL#anna@example.eu" })).toBe("pii");
  expect(classOf("company", { pk: "ORG#a", sk: "INFO" })).toBe("open");
  const hash = keyHash("mail", { pk: "MAIL#anna@example.eu" });
  expect(hash).toMatch(/^[\w-]{22}$/);
  expect(keyHash("mail", { pk: "MAIL#anna@example.eu" })).toBe(hash);
  expect(keyHash("mail", { pk: "MAIL#ben@example.eu" })).not.toBe(hash);
  expect(keyHash("staff", { pk: "MAIL#anna@example.eu" })).not.toBe(hash);
});

test("what the map does not build of a key is as private as it is declared, and undeclared it may be anything", () => {
  const { memberships, visits, colleagues } = PLAN.sources;
  const declaring = (name: string, source: PlanSource | undefined, key: string, of: Class): Plan => {
    const attributes = { ...source?.attributes, [key]: { type: "string", class: of } };
    return { ...PLAN, sources: { ...PLAN.sources, [name]: { ...source, attributes } as PlanSource } };
  };
  const rows: readonly (readonly [string, PlanSource | undefined, RowKey, string])[] = [
    ["memberships", memberships, { pk: "USER#u1", sk: "ORG#anna@example.eu" }, "sk"],
    ["visits", visits, { person: "u1", at: "2026-11-22 Anna" }, "at"],
  ];
  for (const [name, source, key, open] of rows) {
    expect(keyClass(PLAN, name, key)).toBe("sensitive");
    for (const of of ["open", "pii", "sensitive"] as const) {
      expect(keyClass(declaring(name, source, open, of), name, key)).toBe(of);
    }
  }
  // Behind an index there is the table's own key, of which the map says nothing.
  expect(keyClass(PLAN, "colleagues", { pk: "USER#anna", sk: "ORG#a" })).toBe("sensitive");
  expect(keyClass(declaring("colleagues", colleagues, "sk", "open"), "colleagues", { pk: "x", sk: "y" })).toBe(
    "sensitive",
  );
});
