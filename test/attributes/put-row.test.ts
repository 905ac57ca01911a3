import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { isAttributesError } from "../../attributes/attributes-error.ts";
import { checkPut, type Put, placeOfPut, writeRow } from "../../attributes/put-row.ts";
import type { Registry } from "../../attributes/registry.ts";
import { VERSION } from "../../attributes/row-store.ts";
import { readDeclared } from "../../claims/gather/declared-value.ts";
import type { Declaration } from "../../claims/plan.ts";
import type { JsonValue } from "../../cognito/json.ts";
import { KEYS, registryAt } from "./a-hospital.ts";
import { type MemoryStore, rowsInMemory } from "./rows-in-memory.ts";

let store: MemoryStore;
let registry: Registry;
beforeEach(() => {
  store = rowsInMemory(KEYS);
  registry = registryAt(store);
});

const put = async (written: Omit<Put, "subject"> & { readonly subject?: Put["subject"] }): Promise<number> => {
  const whole = { subject: { sub: "u1" }, ...written };
  return writeRow(store, checkPut(registry, whole, await placeOfPut(registry, whole)));
};
const staff = (values: { readonly [name: string]: JsonValue }, more: Partial<Put> = {}): Promise<number> =>
  put({ source: "staff", values, ...more });
const row = (sub = "u1") => store.item("people", { pk: `STAFF#${sub}` });

test("what is declared is written under the key a sign-in reads, and what is not named stays", async () => {
  expect(await staff({ profession: "nurse", shifts: 3, office: { floor: 2 } })).toBe(1);
  expect(await staff({ shifts: 4 }, { remove: ["office"] })).toBe(2);
  expect(row()).toEqual({ pk: "STAFF#u1", profession: "nurse", shifts: 4, [VERSION]: 2 });
});

const UNFIT: readonly (readonly [values: { readonly [name: string]: JsonValue }, problem: string])[] = [
  [
    { profession: "surgeon" },
    'profession: expected string, one of "physician", "nurse", "clerk"; got text of 7 characters',
  ],
  [{ profession: null }, 'profession: expected string, one of "physician", "nurse", "clerk"; got null'],
  [{ shifts: 8 }, "shifts: expected int, at least 1, at most 7; got number"],
  [{ shifts: 2.5 }, "shifts: expected int, at least 1, at most 7; got number"],
  [{ shifts: "3" }, "shifts: expected int, at least 1, at most 7; got text of 1 character"],
  [{ rate: 1e-200 }, "rate: a number that DynamoDB has no place for"],
  [
    { since: "1999-12-31T23:59:59Z" },
    "since: expected timestamp, at least 2000-01-01T00:00:00Z; got text of 20 characters",
  ],
  [
    { wards: ["a", "b", "c", "d"] },
    "wards: expected list<string>, at most 4 bytes, at most 3 items; got list of 4 items",
  ],
  [
    { wards: ["a", "b", "c"] },
    'wards: source "roster" reads it too: expected list<string>, at most 4 bytes, at most 2 items; got list of 3 items',
  ],
  [{ wards: ["abcde"] }, "wards: expected list<string>, at most 4 bytes, at most 3 items; got list of 1 item"],
  [{ office: { flor: 1 } }, 'office: a member that is not declared: "flor"'],
  [
    { office: { floor: 10 } },
    "office: expected map { floor: int, at least 0, at most 9; room: string, at most 4 bytes }; got object of 1 member",
  ],
  [
    { licenceNo: "48213377" },
    "licenceNo: expected string, at most 24 bytes, matching [A-Z]{2}-[0-9]+; got text of 8 characters",
  ],
  [{ account: "a\ud800" }, "account: a text with half of a surrogate pair"],
  [{ profesion: "nurse" }, 'profesion: source "staff" has no attribute "profesion"; did you mean profession?'],
];
test.for(UNFIT)("what a sign-in would find invalid is not written: %o", async ([values, problem]) => {
  const error: unknown = await staff({ ...values, suspended: true }).catch((each: unknown) => each);
  expect(error).toMatchObject({ code: "VALUE_INVALID", problems: [{ attribute: Object.keys(values)[0] }] });
  expect((error as Error).message).toContain(`source "staff": the row breaks the map\n  ${problem}`);
  expect(store.tables.get("people")?.size).toBe(0);
});

test("what looks like no name may be a value, and is told nowhere", async () => {
  const error: unknown = await staff({ "anna@example.eu": true }, { remove: ["Anna Test"] }).catch(
    (each: unknown) => each,
  );
  expect(error).toMatchObject({
    code: "VALUE_INVALID",
    problems: [
      {
        attribute: null,
        problem: expect.stringContaining('source "staff" has no attribute of that name; there are: profession, '),
      },
      { attribute: null, problem: 'source "staff" has no attribute of that name to take away' },
    ],
  });
  expect(JSON.stringify([error, String(error)])).not.toMatch(/anna/i);
});

test("every problem is told at once, and no value of any", async () => {
  const error: unknown = await staff({ licenceNo: "geheim-1", bloodType: "geheim-2", shifts: 99 }).catch(
    (each: unknown) => each,
  );
  expect(isAttributesError(error) && error.problems.map(({ attribute }) => attribute)).toEqual([
    "licenceNo",
    "bloodType",
    "shifts",
  ]);
  expect(JSON.stringify([error, String(error)])).not.toMatch(/geheim|99/);
});

const DRAWN = fc.oneof(
  fc.constantFrom<JsonValue>("nurse", "0+", "DE-1", "2020-01-01T00:00:00Z", "east", "", null, true, 0.5, 1600000000),
  fc.constantFrom<JsonValue>(
    1,
    7,
    8,
    -0,
    2 ** 53,
    ["a"],
    ["a", "b"],
    [],
    {},
    { floor: 1 },
    { floor: 1, room: "abcde" },
  ),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>,
);
const place = { table: "people", region: undefined, key: { pk: "STAFF#u1" } };

test("whatever is written is valid at a sign-in, and whatever is refused is not there", async () => {
  const declarations = registry.plan.sources["staff"]?.attributes ?? {};
  const told = { written: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(declarations)), DRAWN, async (name, raw) => {
      store.tables.get("people")?.clear();
      const done = await staff({ [name]: raw }).then(
        () => "written" as const,
        (error: unknown) => (isAttributesError(error) ? ("refused" as const) : Promise.reject(error)),
      );
      told[done] += 1;
      const stored = (await store.read(place, [name]))?.attributes.get(name);
      const { default: _, ...declaration } = declarations[name] as Declaration;
      const { state } = readDeclared(declaration, stored, { covers: registry.tools.covers });
      expect(state).toBe(done === "written" ? "present" : "absent");
    }),
    { numRuns: 200 },
  );
  expect(Math.min(told.written, told.refused)).toBeGreaterThan(3);
});

describe("keys", () => {
  test.for(["", "STAFF#x", "x".repeat(1_020), "\ud800"])(
    "of a subject that could be another's are refused: %j",
    async (sub) => {
      const error: unknown = await staff({ shifts: 1 }, { subject: { sub } }).catch((each: unknown) => each);
      expect(error).toMatchObject({
        code: "KEY_INVALID",
        message: expect.stringContaining('source "staff": its key cannot be built'),
      });
    },
  );

  test("need what the map builds them from, by name", async () => {
    const error: unknown = await staff({ shifts: 1 }, { subject: {} }).catch((each: unknown) => each);
    expect(error).toMatchObject({ code: "KEY_UNKNOWN", message: 'source "staff": its key needs user.sub' });
  });

  test("are built from rows they lead through, as at a sign-in", async () => {
    const account = { source: "account", values: { iban: "DE02" } };
    await expect(put(account)).rejects.toMatchObject({
      code: "KEY_UNKNOWN",
      message: 'source "account": its key needs staff.account',
    });
    await staff({ account: "A7" });
    expect(await put(account)).toBe(1);
    expect(store.item("people", { pk: "ACCOUNT#A7" })).toMatchObject({ iban: "DE02" });
    expect(await put({ ...account, subject: { given: { "staff.account": "B9" } } })).toBe(1);
  });

  test("take what is given only as it is declared, and only what they are built from", async () => {
    const mail = (email: string) =>
      put({ source: "mail", subject: { given: { "user.email": email } }, values: { signature: "A" } });
    expect(await mail("anna@example.eu")).toBe(1);
    const error: unknown = await mail("anna").catch((each: unknown) => each);
    expect(error).toMatchObject({ code: "SUBJECT_INVALID" });
    expect(String(error)).toContain(
      "user.email: expected string, at most 60 bytes, matching [^@]+@[^@]+; got text of 4 characters",
    );
    await expect(put({ source: "mail", subject: { given: { "user.emal": "a@b" } }, values: {} })).rejects.toMatchObject(
      {
        code: "SUBJECT_INVALID",
        message: '"user.emal" is in no key; there are: staff.account, user.email, staff.side',
      },
    );
    await expect(put({ source: "mail", subject: { given: { "anna@b.eu": "x" } }, values: {} })).rejects.toMatchObject({
      code: "SUBJECT_INVALID",
      message: "something that was given is in no key; there are: staff.account, user.email, staff.side",
    });
  });

  test("lead to the table of the subject's partition", async () => {
    const locker = { source: "locker", values: { number: 7 } };
    await expect(put(locker)).rejects.toMatchObject({
      code: "KEY_UNKNOWN",
      message: expect.stringContaining("depends on the partition"),
    });
    await staff({ side: "west" });
    await put(locker);
    await put({ ...locker, subject: { sub: "u2", partition: "east" } });
    expect(store.item("lockers-west", { pk: "LOCKER#u1" })).toMatchObject({ number: 7 });
    expect(store.item("lockers-east", { pk: "LOCKER#u2" })).toMatchObject({ number: 7 });
    const kiosk = { source: "kiosk", values: { code: "1" } };
    await put(kiosk);
    expect(store.item("people", { pk: "KIOSK#w#u1" })).toMatchObject({ code: "1" });
    await expect(put({ ...kiosk, subject: { sub: "u3" } })).rejects.toMatchObject({
      code: "KEY_UNKNOWN",
      message: 'source "kiosk": its key needs partition.side',
    });
    await expect(put({ ...locker, subject: { sub: "u2", partition: "north" } })).rejects.toMatchObject({
      code: "SUBJECT_INVALID",
      message: "the map has no such partition; there are: east, west",
    });
  });

  test("of one row among several begin as the map says", async () => {
    const member = (sk?: string) =>
      put({ source: "memberships", values: { org: "acme", role: "owner" }, ...(sk !== undefined && { key: { sk } }) });
    expect(await member("ORG#acme")).toBe(1);
    await expect(member()).rejects.toMatchObject({
      code: "KEY_UNKNOWN",
      message: 'source "memberships" has several rows: say which, by "sk"',
    });
    for (const sk of ["ORG#", "SEAT#x", ""]) await expect(member(sk)).rejects.toMatchObject({ code: "KEY_INVALID" });
    await expect(put({ source: "memberships", values: {}, key: { sk: "ORG#a", pk: "x" } })).rejects.toMatchObject({
      code: "KEY_INVALID",
      message: 'source "memberships": its key leaves no "pk" open',
    });
  });

  test("of which the map says half are completed by the table's own, numbers as numbers", async () => {
    await put({ source: "visits", values: { room: "12" }, key: { at: "20261122" } });
    expect(
      [...(store.tables.get("visits")?.values() ?? [])].map((item) => Object.keys(Object.fromEntries(item))),
    ).toEqual([["person", "at", "room", VERSION]]);
    expect(store.tables.get("visits")?.keys().next().value).toBe('["u1",20261122]');
  });

  test.for([
    ["colleagues", "SOURCE_ELSEWHERE", "is read through an index"],
    ["rota", "SOURCE_ELSEWHERE", "a function of your own"],
    ["staf", "SOURCE_UNKNOWN", "did you mean staff?"],
  ] as const)("of %s are not written: %s", async ([source, code, why]) => {
    const error: unknown = await put({ source, subject: { sub: "u1", tenant: "acme" }, values: {} }).catch(
      (each: unknown) => each,
    );
    expect(error).toMatchObject({ code, message: expect.stringContaining(why) });
  });
});

describe("nobody's change is lost", () => {
  test("a row is made only where there is none, or changed only where there is one", async () => {
    await expect(staff({ shifts: 1 }, { expect: "present" })).rejects.toMatchObject({ code: "ROW_MISSING" });
    expect(await staff({ shifts: 1 }, { expect: "absent" })).toBe(1);
    await expect(staff({ shifts: 2 }, { expect: "absent" })).rejects.toMatchObject({ code: "ROW_PRESENT" });
    expect(row()).toMatchObject({ shifts: 1 });
  });

  test("of two who read the same version, the second is told", async () => {
    await staff({ shifts: 1 });
    expect(await staff({ shifts: 2 }, { expect: 1 })).toBe(2);
    await expect(staff({ shifts: 3 }, { expect: 1 })).rejects.toMatchObject({ code: "ROW_CHANGED" });
    expect(row()).toMatchObject({ shifts: 2 });
  });

  test("a write whose answer was lost, and that is sent again, counts as the one it was", async () => {
    await staff({ shifts: 1 });
    let isLost = true;
    const write = store.write;
    const losing = {
      ...store,
      write: async (...of: Parameters<typeof write>) => {
        if (isLost) await write(...of);
        isLost = false;
        return write(...of);
      },
    };
    const again = { source: "staff", subject: { sub: "u1" }, values: { shifts: 2 }, expect: 1 } as const;
    expect(await writeRow(losing, checkPut(registry, again, await placeOfPut(registry, again)))).toBe(2);
    expect(row()).toMatchObject({ shifts: 2, [VERSION]: 2 });
  });
});

test("what is written and taken away at once, or was never there to take, is refused", async () => {
  await expect(staff({ shifts: 1 }, { remove: ["shifts", "pk", "nothing"] })).rejects.toMatchObject({
    code: "VALUE_INVALID",
    problems: [
      { attribute: "shifts", problem: "written and taken away at once" },
      { attribute: "pk", problem: 'source "staff" has no attribute "pk" to take away' },
      { attribute: "nothing", problem: 'source "staff" has no attribute "nothing" to take away' },
    ],
  });
});
