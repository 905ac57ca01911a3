import { beforeEach, describe, expect, test } from "vitest";
import { type EraseOptions, eraseSubject, type Receipt } from "../../attributes/erase-subject.ts";
import { keyJson } from "../../attributes/json-of.ts";
import type { Registry } from "../../attributes/registry.ts";
import { VERSION } from "../../attributes/row-store.ts";
import type { RowSubject } from "../../attributes/row-subject.ts";
import { exportSubject } from "../../attributes/subject-export.ts";
import { canonicalJson, textDigest } from "../../claims/digest.ts";
import { decimalText } from "../../claims/gather/decimal-text.ts";
import { KEYS, NOW, registryAt } from "./a-hospital.ts";
import { type MemoryStore, rowsInMemory } from "./rows-in-memory.ts";

const ANNA: RowSubject = { sub: "u1", given: { "user.email": "anna@example.eu" } };
const SECRET = "DE-48213377";

let store: MemoryStore;
let registry: Registry;

const seed = (table: string, item: { readonly [name: string]: unknown }): void => {
  const key = JSON.stringify(
    (KEYS[table as keyof typeof KEYS] as readonly string[]).map(
      (name) => keyJson({ name: item[name] as string })["name"],
    ),
  );
  store.tables.get(table)?.set(key, new Map(Object.entries(item)));
};
const erase = (options: EraseOptions = {}, subject = ANNA): Promise<Receipt> =>
  eraseSubject(registry, "5ha", subject, options, () => NOW);
const left = (): string[] => [...store.tables.values()].flatMap((rows) => [...rows.keys()]);

beforeEach(() => {
  store = rowsInMemory(KEYS);
  registry = registryAt(store);
  seed("people", { pk: "STAFF#u1", profession: "nurse", licenceNo: SECRET, side: "west", wards: ["a"], nights: true });
  seed("people", { pk: "MAIL#anna@example.eu", signature: "Anna", theme: "dark" });
  seed("people", { pk: "STAFF#u2", profession: "clerk" });
  seed("orgs", { pk: "USER#u1", sk: "ORG#acme", org: "acme", role: "owner" });
  seed("orgs", { pk: "USER#u1", sk: "ORG#beta", org: "beta" });
  seed("orgs", { pk: "USER#u1", sk: "ORG#gamma", org: "gamma" });
  seed("orgs", { pk: "SEAT#beta", sk: "USER#u1", desk: "4a" });
  seed("orgs", { pk: "ORG#acme", sk: "INFO", tier: "team" });
  seed("visits", { person: "u1", at: decimalText("1"), room: "12" });
  seed("lockers-west", { pk: "LOCKER#u1", number: decimalText("7") });
});

describe("an export", () => {
  test("holds everything the map can read of a person, with class, purpose and residency", async () => {
    const exported = await exportSubject(registry, ANNA, () => NOW);
    expect(exported).toMatchObject({ v: 1, map: "hospital", revision: "7", made: NOW.toISOString(), subject: ANNA });
    const sources = exported.sources.map(({ source, tenant, rows }) => [source, tenant, rows.length]);
    expect(sources).toEqual([
      ["staff", null, 1],
      ["roster", null, 1],
      ["memberships", null, 3],
      ...["acme", "beta", "gamma"].map((tenant) => ["company", tenant, tenant === "acme" ? 1 : 0]),
      ["colleagues", "acme", 1],
      ["colleagues", "beta", 1],
      ["colleagues", "gamma", 1],
      ["seat", "acme", 0],
      ["seat", "beta", 1],
      ["seat", "gamma", 0],
      ["mail", null, 1],
      ["visits", null, 1],
      ["locker", null, 1],
      ["kiosk", null, 0],
    ]);
    expect(exported.sources[0]).toMatchObject({
      table: "people",
      region: "eu-central-1",
      residency: ["eu-central-1"],
      trust: "operator",
      keyedBy: ["user.sub"],
      isOwn: true,
      rows: [
        {
          key: { pk: "STAFF#u1" },
          attributes: {
            licenceNo: { state: "valid", class: "pii", purpose: "register id", value: SECRET },
            bloodType: { state: "absent", class: "sensitive", purpose: "exposure protocol", value: null },
          },
        },
      ],
    });
    expect(exported.sources.find(({ source }) => source === "locker")).toMatchObject({ table: "lockers-west" });
    expect(exported.notRead).toEqual([
      { source: "account", code: "KEY_UNKNOWN", because: 'source "account": its key needs staff.account' },
    ]);
    expect(exported.elsewhere.map(({ holder, is }) => [holder, is])).toEqual([
      ["Cognito", "the user pool"],
      ["rota", "a function of your own"],
    ]);
  });

  test("shows what is invalid as it is, and says what would have to be told", async () => {
    seed("people", { pk: "STAFF#u1", shifts: "many", licenceNo: new Set(["x"]) });
    const { sources, notRead } = await exportSubject(registry, { sub: "u1" }, () => NOW);
    expect(sources[0]?.rows[0]?.attributes).toMatchObject({
      shifts: { state: "invalid", value: "many" },
      licenceNo: { state: "invalid", value: ["x"] },
    });
    expect(notRead.map(({ source, because }) => [source, because])).toEqual([
      ["account", 'source "account": its key needs staff.account'],
      ["mail", 'source "mail": its key needs user.email'],
      ["locker", 'source "locker": its table depends on the partition, which is not known'],
      ["kiosk", 'source "kiosk": its key needs partition.side'],
    ]);
  });
});

describe("an erasure", () => {
  test("takes what is the person's own, leaves what others share and what the map does not speak of", async () => {
    const receipt = await erase({ reason: "request 4711" });
    expect(left()).toEqual(['["MAIL#anna@example.eu"]', '["STAFF#u2"]', '["ORG#acme","INFO"]']);
    expect(store.item("people", { pk: "MAIL#anna@example.eu" })).toEqual({ pk: "MAIL#anna@example.eu", theme: "dark" });
    const { sha256, ...rest } = receipt;
    expect(rest).toMatchObject({
      v: 1,
      event: "claimseal.erase",
      ts: NOW.toISOString(),
      map: "hospital",
      revision: "7",
      planSha256: "5ha",
      dryRun: false,
      reason: "request 4711",
      interrupted: null,
    });
    expect(Object.fromEntries(receipt.sources.map(({ source, ...told }) => [source, told]))).toEqual({
      staff: { rows: 1, deleted: 1, attributes: { licenceNo: 1, profession: 1, side: 1, wards: 1 } },
      roster: { rows: 1, deleted: 1, attributes: { nights: 1, wards: 1 } },
      memberships: { rows: 3, deleted: 3, attributes: { org: 3, role: 1 } },
      seat: { rows: 1, deleted: 1, attributes: { desk: 1 } },
      mail: { rows: 1, deleted: 0, attributes: { signature: 1 } },
      visits: { rows: 1, deleted: 1, attributes: { room: 1 } },
      locker: { rows: 1, deleted: 1, attributes: { number: 1 } },
      kiosk: { rows: 0, deleted: 0, attributes: {} },
    });
    expect(receipt.left).toEqual([
      { source: "company", because: "keyed by tenant.id, which others may share" },
      { source: "colleagues", because: "keyed by tenant.id, which others may share" },
      { source: "account", because: "keyed by staff.account, which others may share" },
    ]);
    expect(receipt.elsewhere).toEqual([
      { holder: "Cognito", is: "the user pool", attributes: ["email"] },
      { holder: "rota", is: "a function of your own", attributes: ["pager"] },
    ]);
    expect(sha256).toBe(textDigest(canonicalJson(rest)));
    expect(JSON.stringify(receipt)).not.toMatch(/u1|anna|acme|DE-4|nurse|4a|dark/);
  });

  test("first shows the same, and writes nothing", async () => {
    const before = left();
    const operations: string[] = [];
    store.onAsk = (operation) => void operations.push(operation);
    const shown = await erase({ dryRun: true });
    expect(left()).toEqual(before);
    expect(operations.filter((each) => ["write", "strip", "delete"].includes(each))).toEqual([]);
    expect(shown.dryRun).toBe(true);
    expect(shown.sources).toEqual((await erase()).sources);
  });

  test("that fails halfway can be run again: what others are found through goes last", async () => {
    let deleted = 0;
    store.onAsk = (operation) => {
      if (operation !== "delete") return;
      if (deleted === 1) throw new Error("gone");
      deleted += 1;
    };
    const receipts: Receipt[] = [];
    await expect(erase({ onInterrupted: (receipt) => void receipts.push(receipt) })).rejects.toThrow("gone");
    store.onAsk = () => {};
    const [{ sha256, ...receipt } = {} as Receipt] = receipts;
    expect(receipts).toHaveLength(1);
    expect(receipt.interrupted?.because).toBeNull();
    expect(receipt.sources.filter(({ rows }) => rows > 0)).toEqual([
      { source: "seat", rows: 1, deleted: 1, attributes: { desk: 1 } },
    ]);
    const rest = receipt.interrupted?.rows.map(({ source, rows }) => [source, rows]) ?? [];
    expect(Object.fromEntries(rest)).toEqual({ staff: 1, roster: 1, memberships: 3, mail: 1, visits: 1, locker: 1 });
    expect(sha256).toBe(textDigest(canonicalJson(receipt)));
    expect(left()).toEqual(expect.arrayContaining(['["STAFF#u1"]', '["LOCKER#u1"]', '["USER#u1","ORG#beta"]']));
    expect(left()).not.toContain('["SEAT#beta","USER#u1"]');
    await erase();
    expect(left()).toEqual(['["MAIL#anna@example.eu"]', '["STAFF#u2"]', '["ORG#acme","INFO"]']);
  });

  test("is refused while something is found only through what would go, until somebody decides", async () => {
    seed("people", { pk: "STAFF#u1", account: "A7", side: "west" });
    seed("people", { pk: "ACCOUNT#A7", iban: "DE02" });
    const before = left();
    await expect(erase()).rejects.toMatchObject({
      code: "SOURCE_UNDECIDED",
      message: expect.stringContaining('"account" can be found only through rows that go'),
    });
    expect(left()).toEqual(before);
    await erase({ leave: ["account"], dryRun: true });
    const { sources } = await erase({ sources: ["account", "staff"] });
    expect(sources.map(({ source, deleted }) => [source, deleted])).toEqual([
      ["account", 1],
      ["staff", 1],
    ]);
  });

  test("is refused where an own source cannot be looked into, unless it is left", async () => {
    await expect(erase({}, { sub: "u1" })).rejects.toMatchObject({
      code: "KEY_UNKNOWN",
      message: 'source "mail": its key needs user.email',
    });
    const { left: told } = await erase({ leave: ["mail"] }, { sub: "u1" });
    expect(told).toContainEqual({ source: "mail", because: "not chosen" });
  });

  test("of one row takes that one alone", async () => {
    const { sources } = await erase({ sources: ["memberships"], key: { sk: "ORG#beta" } });
    expect(sources).toEqual([{ source: "memberships", rows: 1, deleted: 1, attributes: { org: 1 } }]);
    expect(left()).toContain('["USER#u1","ORG#acme"]');
    await expect(erase({ key: { sk: "ORG#acme" } })).rejects.toMatchObject({ code: "KEY_INVALID" });
  });

  test("looks again where a row is written at the same time, and gives up where it always is", async () => {
    const write = () =>
      store.write(
        { table: "people", region: undefined, key: { pk: "STAFF#u1" } },
        { set: { note: "x" }, remove: [] },
        "any",
      );
    let writes = 0;
    store.onAsk = async (operation) => {
      if (operation !== "delete" || writes > 0) return;
      writes += 1;
      await write();
    };
    await erase({ sources: ["staff", "roster"] });
    // Another's attribute came in between, so the row stays.
    expect(store.item("people", { pk: "STAFF#u1" })).toEqual({ pk: "STAFF#u1", note: "x" });
    seed("people", { pk: "STAFF#u1", profession: "nurse", note: "x", [VERSION]: decimalText("1") });
    store.onAsk = async (operation) => {
      if (operation === "strip") await write();
    };
    const receipts: Receipt[] = [];
    const onInterrupted = (receipt: Receipt): void => void receipts.push(receipt);
    await expect(erase({ sources: ["staff"], onInterrupted })).rejects.toMatchObject({ code: "ROW_CHANGED" });
    expect(receipts.map(({ sources, interrupted }) => [sources, interrupted])).toEqual([
      [
        [{ source: "staff", rows: 0, deleted: 0, attributes: {} }],
        { because: "ROW_CHANGED", rows: [{ source: "staff", rows: 1 }] },
      ],
    ]);
  });

  test("that fails is told of by its own error, though its receipt could not be kept", async () => {
    store.onAsk = (operation) => {
      if (operation === "delete") throw new Error("gone");
    };
    const full = new Error("the disk is full");
    const onInterrupted = async (): Promise<never> => Promise.reject(full);
    await expect(erase({ onInterrupted })).rejects.toMatchObject({ message: "gone", cause: full });
  });

  test("that writes nothing, or fails before it has begun to, has no receipt", async () => {
    const onInterrupted = (): never => {
      throw new Error("there is nothing to tell of");
    };
    store.onAsk = (operation) => {
      if (operation === "names") throw new Error("gone");
    };
    await expect(erase({ dryRun: true, onInterrupted })).rejects.toThrow("gone");
    await expect(erase({ onInterrupted }, { sub: "u1" })).rejects.toMatchObject({ code: "KEY_UNKNOWN" });
  });

  test("of nobody says so", async () => {
    const { sources } = await erase({ leave: ["mail"] }, { sub: "nobody", partition: "east" });
    expect(sources.every(({ rows }) => rows === 0)).toBe(true);
  });
});
