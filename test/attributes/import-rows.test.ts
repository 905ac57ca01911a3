import { beforeEach, describe, expect, test } from "vitest";
import { AttributesError } from "../../attributes/attributes-error.ts";
import type { ImportMember, ImportRecord } from "../../attributes/import-record.ts";
import {
  BATCH,
  type ImportedBatch,
  type ImportOptions,
  importRows,
  takenBefore,
} from "../../attributes/import-rows.ts";
import { keyHash } from "../../attributes/key-name.ts";
import type { Registry } from "../../attributes/registry.ts";
import { VERSION } from "../../attributes/row-store.ts";
import { KEYS, registryAt } from "./a-hospital.ts";
import { type MemoryStore, rowsInMemory } from "./rows-in-memory.ts";

let store: MemoryStore;
let registry: Registry;
beforeEach(() => {
  store = rowsInMemory(KEYS);
  registry = registryAt(store);
});

type Row = { readonly [name: string]: string | number | null };

const record = (row: Row, line: number): ImportRecord => ({
  line,
  next: { byte: line * 10, line: line + 1 },
  members: Object.fromEntries(Object.entries(row).map(([name, json]): [string, ImportMember] => [name, { json }])),
});
const rows = (count: number, of: (at: number) => Row = () => ({})): ImportRecord[] =>
  Array.from({ length: count }, (_, at) => record({ "user.sub": `u${at}`, shifts: 1 + (at % 7), ...of(at) }, at + 1));
async function* stream(records: readonly ImportRecord[]): AsyncGenerator<ImportRecord> {
  yield* records;
}
const options = (changes: Partial<ImportOptions> = {}): ImportOptions => ({
  source: "staff",
  subject: {},
  ifAbsent: false,
  dryRun: false,
  taken: new Set(),
  isInDoubt: false,
  ...changes,
});
const imported = async (
  records: readonly ImportRecord[],
  changes: Partial<ImportOptions> = {},
): Promise<ImportedBatch[]> => {
  const batches: ImportedBatch[] = [];
  for await (const batch of importRows(registry, stream(records), options(changes))) batches.push(batch);
  return batches;
};
const sum = (batches: readonly ImportedBatch[], count: (batch: ImportedBatch) => number): number =>
  batches.reduce((all, batch) => all + count(batch), 0);
const versions = (): Set<unknown> =>
  new Set(
    [...(store.tables.get("people")?.keys() ?? [])].map((name) => {
      const [pk] = JSON.parse(name) as [string];
      return store.item("people", { pk })?.[VERSION];
    }),
  );

test("rows are written in batches, each once, and told by where the file goes on", async () => {
  const batches = await imported(rows(120));
  expect(batches.map(({ rows: each }) => each)).toEqual([BATCH, BATCH, 20]);
  expect(sum(batches, ({ written }) => written)).toBe(120);
  expect(batches.at(-1)?.next).toEqual({ byte: 1200, line: 121 });
  expect([store.tables.get("people")?.size, versions()]).toEqual([120, new Set([1])]);
});

test("a row that breaks the map is told by line, hash of its key and reason, and the others are written", async () => {
  const records = rows(4, (at) => (at === 1 ? { shifts: 99 } : at === 2 ? { "user.sub": "" } : {}));
  const torn: ImportRecord = { line: 9, next: { byte: 99, line: 10 }, problem: "no JSON object" };
  const [batch] = await imported([...records, torn, record({ "user.sub": "u7", sorted: 5, shifts: null }, 10)]);
  expect(batch).toMatchObject({ rows: 6, written: 2 });
  expect(batch?.rejected).toEqual([
    {
      line: 2,
      key: keyHash("staff", { pk: "STAFF#u1" }),
      code: "VALUE_INVALID",
      problems: [{ attribute: "shifts", problem: "expected int, at least 1, at most 7; got number" }],
    },
    {
      line: 3,
      key: null,
      code: "KEY_INVALID",
      problems: [{ attribute: null, problem: expect.stringContaining("its key cannot be built") }],
    },
    { line: 9, key: null, code: "RECORD_INVALID", problems: [{ attribute: null, problem: "no JSON object" }] },
    {
      line: 10,
      key: keyHash("staff", { pk: "STAFF#u7" }),
      code: "VALUE_INVALID",
      problems: [
        { attribute: "sorted", problem: expect.stringContaining('no attribute "sorted"') },
        { attribute: "shifts", problem: "expected int, at least 1, at most 7; got null" },
      ],
    },
  ]);
});

test("of two lines for one row the first counts, in one batch or in two, before or after an interruption", async () => {
  const again = [
    ...rows(60),
    record({ "user.sub": "u3", shifts: 7 }, 61),
    record({ "user.sub": "u59", shifts: 7 }, 62),
  ];
  const batches = await imported(again);
  expect(batches.flatMap(({ rejected }) => rejected.map(({ line, code }) => [line, code]))).toEqual([
    [61, "ROW_REPEATED"],
    [62, "ROW_REPEATED"],
  ]);
  const taken = await takenBefore(registry, stream(again.slice(0, 50)), options(), new Set([5]));
  expect([
    taken.size,
    taken.has(keyHash("staff", { pk: "STAFF#u3" })),
    taken.has(keyHash("staff", { pk: "STAFF#u4" })),
  ]).toEqual([49, true, false]);
  const rest = await imported(again.slice(50), { taken, isInDoubt: true });
  expect(rest.flatMap(({ rejected }) => rejected.map(({ line }) => line))).toEqual([61, 62]);
  expect(store.item("people", { pk: "STAFF#u3" })).toMatchObject({ shifts: 4 });
});

test("killed in the middle of a batch, it goes on without writing any row a second time", async () => {
  const records = rows(230);
  let writes = 0;
  store.onAsk = (operation) => {
    if (operation !== "write") return;
    writes += 1;
    if (writes > 77) throw new AttributesError("AWS_UNREACHABLE", "killed");
  };
  const batches: ImportedBatch[] = [];
  const first = async (): Promise<void> => {
    for await (const batch of importRows(registry, stream(records), options())) batches.push(batch);
  };
  await expect(first()).rejects.toMatchObject({ code: "AWS_UNREACHABLE" });
  expect([batches.length, store.tables.get("people")?.size]).toEqual([1, 77]);
  store.onAsk = () => {};
  const rest = await imported(records.slice(50), {
    isInDoubt: true,
    taken: await takenBefore(registry, stream(records.slice(0, 50)), options(), new Set()),
  });
  expect([sum(rest, ({ already }) => already), sum(rest, ({ written }) => written)]).toEqual([27, 153]);
  expect([store.tables.get("people")?.size, versions()]).toEqual([230, new Set([1])]);
});

test("only new rows, where that is asked for: what is there is told and stays", async () => {
  await imported(rows(1, () => ({ profession: "clerk" })));
  const [batch] = await imported(
    rows(2, () => ({ profession: "nurse" })),
    { ifAbsent: true },
  );
  expect(batch).toMatchObject({ written: 1, rejected: [{ line: 1, code: "ROW_PRESENT" }] });
  expect(store.item("people", { pk: "STAFF#u0" })).toMatchObject({ profession: "clerk" });
});

test("a dry run checks everything and writes nothing", async () => {
  const [batch] = await imported(
    rows(3, (at) => (at === 1 ? { shifts: 9 } : {})),
    { dryRun: true },
  );
  expect(batch).toMatchObject({ written: 2, rejected: [{ line: 2 }] });
  expect(store.tables.get("people")?.size).toBe(0);
});

describe("a table that takes nothing", () => {
  const refusing = (from: number): void => {
    let writes = 0;
    store.onAsk = (operation) => {
      if (operation !== "write") return;
      writes += 1;
      if (writes >= from) throw new AttributesError("ROW_REFUSED", "DynamoDB takes no such row");
    };
  };

  test("from the first row on is not the rows' fault", async () => {
    refusing(1);
    await expect(imported(rows(3))).rejects.toMatchObject({
      code: "AWS_REFUSED",
      message: expect.stringContaining("does the table's key fit the map?"),
    });
  });

  test("only of one row is that row's", async () => {
    refusing(3);
    const [batch] = await imported(rows(3));
    expect(batch).toMatchObject({ written: 2, rejected: [{ line: 3, code: "ROW_REFUSED" }] });
  });
});

test("records say whose row it is by what its key is built from, and which of several by what that leaves open", async () => {
  const member = { "user.sub": "u1", sk: "ORG#a", org: "a", role: "owner" };
  const seat = { "user.sub": "u1", "tenant.id": "a", desk: "4" };
  const account = { "staff.account": "A7", iban: "DE02" };
  const lost = { "staff.account": 7, iban: "DE02" };
  expect(
    await imported([record(member, 1), record({ ...member, sk: "SEAT#" }, 2)], { source: "memberships" }),
  ).toMatchObject([{ written: 1, rejected: [{ line: 2, code: "KEY_INVALID" }] }]);
  expect(await imported([record(seat, 1)], { source: "seat" })).toMatchObject([{ written: 1 }]);
  expect(
    await imported([record({ "user.sub": "u2", desk: "5" }, 1)], { source: "seat", subject: { tenant: "b" } }),
  ).toMatchObject([{ written: 1 }]);
  expect(await imported([record(account, 1), record(lost, 2)], { source: "account" })).toMatchObject([
    {
      written: 1,
      rejected: [
        { line: 2, code: "SUBJECT_INVALID", problems: [{ problem: "staff.account: expected text; got number" }] },
      ],
    },
  ]);
  const locker = { "user.sub": "u1", "staff.side": "east", number: 7 };
  expect(
    await imported([record(locker, 1), record({ ...locker, "user.sub": "u2", "client.metadata.org": "x" }, 2)], {
      source: "locker",
    }),
  ).toMatchObject([
    { written: 1, rejected: [{ line: 2, code: "VALUE_INVALID", problems: [{ attribute: "client.metadata.org" }] }] },
  ]);
  expect(store.item("lockers-east", { pk: "LOCKER#u1" })).toMatchObject({ number: 7 });
  expect(store.item("orgs", { pk: "SEAT#b", sk: "USER#u2" })).toMatchObject({ desk: "5" });
  await expect(imported([record(member, 1)], { source: "colleagues", subject: { tenant: "a" } })).rejects.toMatchObject(
    { code: "SOURCE_ELSEWHERE" },
  );
});

test("cells are read as their declarations ask", async () => {
  const cells = {
    "user.sub": "u1",
    shifts: "3",
    rate: "1e0",
    suspended: "true",
    since: "2020-01-01T00:00:00Z",
    wards: '["a"]',
    office: '{"floor":1}',
    licenceNo: "DE-1",
  };
  const members = Object.fromEntries(Object.entries(cells).map(([name, text]) => [name, { text }]));
  expect(await imported([{ line: 1, next: { byte: 1, line: 2 }, members }])).toMatchObject([
    { written: 1, rejected: [] },
  ]);
  expect(store.item("people", { pk: "STAFF#u1" })).toEqual({
    pk: "STAFF#u1",
    shifts: 3,
    rate: 1,
    suspended: true,
    since: "2020-01-01T00:00:00Z",
    wards: ["a"],
    office: { floor: 1 },
    licenceNo: "DE-1",
    [VERSION]: 1,
  });
  const odd = Object.fromEntries(
    Object.entries({ ...cells, shifts: "3x", rate: "NaN", suspended: "yes", since: "5", wards: "a", office: "{" }).map(
      ([name, text]) => [name, { text }],
    ),
  );
  const [batch] = await imported([{ line: 1, next: { byte: 1, line: 2 }, members: odd }]);
  expect(batch?.rejected[0]?.problems.map(({ attribute }) => attribute)).toEqual([
    "shifts",
    "rate",
    "suspended",
    "since",
    "wards",
    "office",
  ]);
});
