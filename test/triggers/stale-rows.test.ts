import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  ChainCall,
  HookCall,
  LoadAttributes,
  RowRead,
  RowRequest,
  RowResult,
  RowsQuery,
} from "../../claims/facts.ts";
import { type StaleLimits, type StaleRows, staleRows } from "../../triggers/stale-rows.ts";
import { aClock } from "./a-clock.ts";

const never = new AbortController().signal;
const FAILED: RowResult = { state: "failed" };
const MISSING: RowResult = { state: "missing" };
const found = (value: unknown): RowResult => ({ state: "found", row: new Map([["role", value]]) });

const read: RowRead = {
  kind: "row",
  source: "staff",
  table: "staff",
  region: "eu-central-1",
  key: { pk: "STAFF#u1" },
  attributes: ["role"],
  consistent: true,
};
const query: RowsQuery = {
  ...read,
  kind: "query",
  index: "by-person",
  beginsWith: { sk: "ORG#" },
  order: "ascending",
  limit: 5,
};
const hook: HookCall = {
  kind: "custom",
  source: "staff",
  hook: "roster",
  subject: { poolId: "pool", clientId: "web", grant: "user", sub: "u1" },
  attributes: ["role"],
};
const chain: ChainCall = { kind: "chain", source: "staff", function: "arn", attributes: ["role"] };
const event = { userName: "u1", request: { userAttributes: { sub: "u1" } } };

const SOURCES = { staff: { onError: { stale: 60 } }, other: { onError: { stale: 600 } } } as const;

/** A process, and events in it, each of which reads one thing and is answered as told. */
function aProcess(limits: StaleLimits = {}) {
  const clock = aClock();
  const rows = staleRows(clock.now, limits);
  const used: (readonly [source: string, ageS: number])[] = [];
  const asking = async (
    request: RowRequest,
    answer: RowResult,
    sent: unknown = event,
    takesMs = 0,
  ): Promise<RowResult> => {
    const load: LoadAttributes = async () => {
      clock.pass(takesMs);
      return [answer];
    };
    const [result] = await rows.behind(load, SOURCES, (...use) => used.push(use), sent)([request], never);
    return result as RowResult;
  };
  return { clock, rows, used, asking };
}

describe("what cannot be read is answered with what was read before", () => {
  test("for as long as its source says, counted from when that read was begun, and the age is told", async () => {
    const { clock, used, asking } = aProcess();
    await asking(read, found("nurse"), event, 1_200);
    clock.pass(58_800);
    expect(await asking(read, FAILED)).toEqual(found("nurse"));
    clock.pass(1);
    expect(await asking(read, FAILED)).toEqual(FAILED);
    expect(used).toEqual([["staff", 60]]);
  });

  test.for([
    ["a row", read, found("nurse")],
    ["rows", query, { state: "rows", rows: [new Map([["role", "nurse"]])], more: true }],
    ["no rows", query, { state: "rows", rows: [], more: false }],
    ["no row", read, MISSING],
    ["what a hook answered", hook, found("nurse")],
    ["what a function answered", chain, found("nurse")],
  ] as const)("be it %s", async ([, request, result]) => {
    const { asking } = aProcess();
    expect(await asking(request, result)).toBe(result);
    expect(await asking(request, FAILED)).toBe(result);
  });

  test("and by nothing where nothing was, or only failed", async () => {
    const { used, asking } = aProcess();
    expect([await asking(read, FAILED), await asking(read, FAILED)]).toEqual([FAILED, FAILED]);
    expect(used).toEqual([]);
  });

  test("also where the read gave no result at all", async () => {
    const { rows, asking } = aProcess();
    await asking(read, found("nurse"));
    expect(
      await rows.behind(
        async () => [],
        SOURCES,
        () => {},
        event,
      )([read], never),
    ).toEqual([found("nurse")]);
  });

  test("unless a clock was set back, the environment frozen, or one after the other", async () => {
    const changes: readonly ((clock: ReturnType<typeof aClock>) => void)[] = [
      (clock) => {
        clock.setBack(3_600_000);
        clock.pass(60_001);
      },
      (clock) => clock.freeze(60_001),
    ];
    for (const change of changes) {
      const { clock, asking } = aProcess();
      await asking(read, found("nurse"));
      change(clock);
      expect(await asking(read, FAILED)).toEqual(FAILED);
    }
    const { clock, asking } = aProcess();
    await asking(read, found("nurse"));
    clock.setBack(3_600_000);
    expect(await asking(read, FAILED)).toEqual(found("nurse"));
    clock.freeze(60_001);
    expect(await asking(read, FAILED)).toEqual(FAILED);
  });

  test("of sources that say so, and of no other", async () => {
    for (const onError of ["deny", "unknown"] as const) {
      const rows = staleRows(aClock().now);
      const asking = (answer: RowResult) =>
        rows.behind(
          async () => [answer],
          { staff: { onError } },
          () => {},
          event,
        );
      await asking(found("nurse"))([read], never);
      expect(await asking(FAILED)([read], never)).toEqual([FAILED]);
    }
    const rows = staleRows(aClock().now);
    const unknown = (answer: RowResult) =>
      rows.behind(
        async () => [answer],
        {},
        () => {},
        event,
      );
    await unknown(found("nurse"))([{ ...read, source: "constructor" }], never);
    expect(await unknown(FAILED)([{ ...read, source: "constructor" }], never)).toEqual([FAILED]);
  });
});

describe("what was taken away is gone", () => {
  test.for([
    ["the row", MISSING],
    ["the right in it", found("guest")],
  ] as const)("once a read saw %s gone, though none can be read after it", async ([, gone]) => {
    const { asking } = aProcess();
    await asking(read, found("nurse"));
    await asking(read, gone);
    expect(await asking(read, FAILED)).toEqual(gone);
  });

  test("also where a read that was begun before is answered after it", async () => {
    const { clock, rows, asking } = aProcess();
    let answer: (results: readonly RowResult[]) => void = () => {};
    const slow = rows.behind(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
      SOURCES,
      () => {},
      event,
    )([read], never);
    clock.pass(10);
    await asking(read, MISSING);
    answer([found("nurse")]);
    expect(await slow).toEqual([found("nurse")]);
    expect(await asking(read, FAILED)).toEqual(MISSING);
  });

  test("also where what is there now is too large to be kept", async () => {
    const { asking } = aProcess({ weight: 1_000 });
    await asking(read, found("nurse"));
    await asking(read, found("x".repeat(1_000)));
    expect(await asking(read, FAILED)).toEqual(FAILED);
  });
});

describe("nobody gets another's", () => {
  /** Requests that differ in one thing that decides what is read. */
  const OTHERS: readonly (readonly [what: string, request: RowRequest, sent?: unknown])[] = [
    ["table", { ...read, table: "staff-2" }],
    ["region", { ...read, region: "us-east-1" }],
    ["region, the function's own", { ...read, region: undefined }],
    ["key", { ...read, key: { pk: "STAFF#u2" } }],
    ["key's attribute", { ...read, key: { sk: "STAFF#u1" } }],
    ["further key", { ...read, key: { pk: "STAFF#u1", sk: "x" } }],
    ["attributes", { ...read, attributes: ["role", "phone"] }],
    ["consistency", { ...read, consistent: false }],
    ["source", { ...read, source: "other" }],
    ["kind", query],
    ["index", { ...query, index: undefined }],
    ["beginning", { ...query, beginsWith: { sk: "TEAM#" } }],
    ["order", { ...query, order: "descending" }],
    ["limit", { ...query, limit: 6 }],
    ["hook", hook],
    ["other hook", { ...hook, hook: "roles" }],
    ["pool", { ...hook, subject: { ...hook.subject, poolId: "pool-2" } }],
    ["client", { ...hook, subject: { ...hook.subject, clientId: "web-2" } }],
    ["grant", { ...hook, subject: { ...hook.subject, grant: "client_credentials" } }],
    ["person", { ...hook, subject: { ...hook.subject, sub: "u2" } }],
    ["function", chain],
    ["other function", { ...chain, function: "arn:2" }],
    ["function, for another event", chain, { ...event, userName: "u2" }],
    ["function, for another person", chain, { ...event, request: { userAttributes: { sub: "u2" } } }],
    ["function, for another trigger", chain, { ...event, triggerSource: "TokenGeneration_RefreshTokens" }],
  ];

  test("a result is found by everything that decided it: of requests that differ, each finds its own alone", async () => {
    const { asking } = aProcess();
    const all = [["the first", read] as const, ...OTHERS];
    for (const [what, request, sent] of all) {
      expect(await asking(request, FAILED, sent)).toEqual(FAILED);
      await asking(request, found(what), sent);
    }
    for (const [what, request, sent] of all) expect(await asking(request, FAILED, sent)).toEqual(found(what));
  });

  test("and what decides nothing changes nothing: a row is found whatever the event", async () => {
    const { asking } = aProcess();
    await asking(read, found("nurse"));
    expect(await asking(read, FAILED, { ...event, triggerSource: "TokenGeneration_RefreshTokens" })).toEqual(
      found("nurse"),
    );
  });

  test("however events of several people interleave, fail and are answered late", async () => {
    const person = fc.constantFrom("u1", "u2", "u3", "u1#", "STAFF#u1");
    const step = fc.record({
      person,
      kind: fc.constantFrom("row", "hook", "chain"),
      fails: fc.boolean(),
      waits: fc.nat(3),
      passes: fc.nat(40_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 6 }), async (steps, entries) => {
        const clock = aClock();
        const rows = staleRows(clock.now, { entries });
        const answers = steps.map(async ({ person: who, kind, fails, waits, passes }) => {
          clock.pass(passes);
          const load: LoadAttributes = async () => {
            for (let turn = 0; turn < waits; turn += 1) await Promise.resolve();
            return [fails ? FAILED : found(who)];
          };
          const asked = {
            row: { ...read, key: { pk: who } },
            hook: { ...hook, subject: { ...hook.subject, sub: who } },
            chain,
          };
          const request = asked[kind];
          const [result] = await rows.behind(load, SOURCES, () => {}, { userName: who })([request], never);
          return [who, result] as const;
        });
        for (const [who, result] of await Promise.all(answers)) expect([FAILED, found(who)]).toContainEqual(result);
      }),
      { numRuns: 500 },
    );
  });

  test("results stay with their requests where only some of them fail", async () => {
    const { rows, used } = aProcess();
    const requests = [
      read,
      { ...read, source: "firm", key: { pk: "F" } },
      { ...read, source: "other", key: { pk: "O" } },
    ];
    const asking = (...answers: readonly RowResult[]) =>
      rows.behind(
        async () => answers,
        { ...SOURCES, firm: { onError: "deny" } },
        (...use) => used.push(use),
        event,
      );
    await asking(found("a"), found("b"), found("c"))(requests, never);
    expect(await asking(FAILED, FAILED, found("d"))(requests, never)).toEqual([found("a"), FAILED, found("d")]);
    expect(await asking(found("e"), found("f"), FAILED)(requests, never)).toEqual([found("e"), found("f"), found("d")]);
    expect(used.map(([source]) => source)).toEqual(["staff", "other"]);
  });
});

describe("what is kept is bounded", () => {
  const of = (person: number): RowRead => ({ ...read, key: { pk: `STAFF#${person}` } });
  const kept = async (asking: ReturnType<typeof aProcess>["asking"], people: readonly number[]): Promise<number[]> => {
    const answers = await Promise.all(
      people.map(async (person) => [person, await asking(of(person), FAILED)] as const),
    );
    return answers.flatMap(([person, { state }]) => (state === "failed" ? [] : [person]));
  };

  test("in number: what was used least recently goes first", async () => {
    const { asking } = aProcess({ entries: 3 });
    for (const person of [1, 2, 3]) await asking(of(person), found(person));
    await asking(of(1), FAILED);
    await asking(of(4), found(4));
    expect(await kept(asking, [1, 2, 3, 4])).toEqual([1, 3, 4]);
  });

  test("in weight, whatever it is that weighs", async () => {
    const large: readonly unknown[] = [
      "x".repeat(2_000),
      Array(100).fill(0),
      { ["x".repeat(2_000)]: 1 },
      new Set(Array.from({ length: 100 }, (_, index) => index)),
      new Uint8Array(4_000),
    ];
    for (const value of large) {
      const { asking } = aProcess({ weight: 10_000 });
      for (const person of [1, 2, 3, 4]) await asking(of(person), found(value));
      const left = await kept(asking, [1, 2, 3, 4]);
      expect(left).toEqual([1, 2, 3, 4].slice(-left.length));
      expect([1, 2, 3]).toContain(left.length);
    }
  });

  test("and an answer nested a hundred thousand deep does no harm", async () => {
    const { asking } = aProcess();
    const deep: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
    await asking(read, found(deep));
    expect((await asking(read, FAILED)).state).toBe("found");
  });

  test("in time: what is too old is let go when the next result is kept", async () => {
    const { clock, asking } = aProcess({ entries: 2 });
    const old = { ...of(1), source: "other" };
    await asking(old, found("old"));
    await asking(of(2), found(2));
    clock.pass(61_000);
    await asking(of(3), found(3));
    // Had the second not gone by age, the first would have gone by number.
    expect(await asking(old, FAILED)).toEqual(found("old"));
  });
});

test("a read that throws is no result, and nothing of it is kept", async () => {
  const rows: StaleRows = staleRows(aClock().now);
  const throwing: LoadAttributes = () => Promise.reject(new Error("out of order"));
  await expect(rows.behind(throwing, SOURCES, () => {}, event)([read], never)).rejects.toThrow("out of order");
});
