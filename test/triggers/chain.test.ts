import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { ChainCall, LoadAttributes, RowRead, RowResult } from "../../claims/facts.ts";
import { type InvokeFunction, withChain } from "../../triggers/chain.ts";

const event = readFileSync("test/events/v3.hosted-auth.json", "utf8");
const never = new AbortController().signal;
const FAILED: RowResult = { state: "failed" };
const call = (changes: Partial<ChainCall> = {}): ChainCall => ({
  kind: "chain",
  source: "legacy",
  function: "arn:legacy",
  attributes: ["plan", "seats"],
  ...changes,
});
const row = (source: string): RowRead => ({
  kind: "row",
  source,
  table: "staff",
  region: undefined,
  key: { pk: source },
  attributes: ["role"],
  consistent: true,
});
const found = (claims: object): RowResult => ({ state: "found", row: new Map(Object.entries(claims)) });

const nothing: LoadAttributes = () => Promise.reject(new Error("nobody asks tables"));
const ask = async (invoke: InvokeFunction, request = call(), signal = never): Promise<RowResult | undefined> =>
  (await withChain(nothing, invoke, JSON.parse(event))([request], signal))[0];
const answering = (answer: unknown) => ask(async () => answer);

/** An event as it comes back, with these details. */
const details = (changes: object): unknown => ({ ...(JSON.parse(event) as object), response: changes });
const claimsAndScopes = (access: unknown, id?: unknown): unknown =>
  details({
    claimsAndScopeOverrideDetails: {
      accessTokenGeneration: { claimsToAddOrOverride: access },
      ...(id !== undefined && { idTokenGeneration: { claimsToAddOrOverride: id } }),
    },
  });

test("a function is sent the event as Cognito sent it, and its claims are a row with the attributes asked for", async () => {
  const asked: unknown[] = [];
  const abort = new AbortController();
  const result = await ask(
    async (...told) => {
      asked.push(...told);
      return claimsAndScopes({ plan: "team", seats: 5, email: "nora@example.com" });
    },
    call(),
    abort.signal,
  );
  expect(asked).toEqual(["arn:legacy", JSON.stringify(JSON.parse(event)), abort.signal]);
  expect(result).toEqual(found({ plan: "team", seats: 5 }));
});

describe("claims are found", () => {
  test("in the answer of a V1 function", async () => {
    const answer = details({ claimsOverrideDetails: { claimsToAddOrOverride: { plan: "team", seats: "5" } } });
    expect(await answering(answer)).toEqual(found({ plan: "team", seats: "5" }));
  });

  test("of either token, the access token's where both have a name, and either before those of V1", async () => {
    expect(await answering(claimsAndScopes({ plan: "team" }, { plan: "free", seats: 5 }))).toEqual(
      found({ plan: "team", seats: 5 }),
    );
    expect(await answering(claimsAndScopes(null, { plan: "free" }))).toEqual(found({ plan: "free" }));
    const both = {
      claimsOverrideDetails: { claimsToAddOrOverride: { plan: "old", seats: "1" } },
      claimsAndScopeOverrideDetails: { idTokenGeneration: { claimsToAddOrOverride: { plan: "new" } } },
    };
    expect(await answering(details(both))).toEqual(found({ plan: "new", seats: "1" }));
  });

  test("and nothing else of what it says: scopes, groups, roles, suppressions", async () => {
    const answer = details({
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: {
          claimsToAddOrOverride: { plan: "team" },
          claimsToSuppress: ["seats"],
          scopesToAdd: ["seats"],
          scopesToSuppress: ["plan"],
        },
        groupOverrideDetails: { groupsToOverride: ["seats"], iamRolesToOverride: ["seats"], preferredRole: "seats" },
      },
      seats: 7,
    });
    expect(await answering(answer)).toEqual(found({ plan: "team" }));
  });

  test.for([
    ["null", { claimsAndScopeOverrideDetails: null }],
    ["null in V1", { claimsOverrideDetails: null }],
    ["left out", {}],
    ["without claims", { claimsAndScopeOverrideDetails: { groupOverrideDetails: {} } }],
    [
      "with claims that are null",
      { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: null } } },
    ],
  ] as const)("nowhere, as if the function knew nobody, in details that are %s", async ([, response]) => {
    expect(await answering(details(response))).toEqual({ state: "missing" });
  });

  test("to be none, which is a row all the same, where the function says that there are none", async () => {
    expect(await answering(claimsAndScopes({}))).toEqual(found({}));
  });
});

describe("a function has failed", () => {
  test.for([
    ["nothing", undefined],
    ["null", null],
    ["a text", "an event"],
    ["a list", [{ response: {} }]],
    ["an event without a response", { request: {} }],
    ["a response that is null", details(null as unknown as object)],
    ["a response that is a list", details([])],
    ["a response that is inherited", Object.create({ response: {} })],
    ["details that are a text", details({ claimsAndScopeOverrideDetails: "none" })],
    ["V1 details that are a list", details({ claimsOverrideDetails: [] })],
    ["claims that are a list", claimsAndScopes([["plan", "team"]])],
    ["claims of the ID token that are a text", claimsAndScopes({ plan: "team" }, "none")],
    ["a token's part that is a number", details({ claimsAndScopeOverrideDetails: { accessTokenGeneration: 1 } })],
  ] as const)("that answers with %s", async ([, answer]) => {
    expect(await answering(answer)).toEqual(FAILED);
  });

  test("that cannot be asked, or refuses the sign-in", async () => {
    expect(await ask(() => Promise.reject(new Error("nora@example.com")))).toEqual(FAILED);
    expect(
      await ask(() => {
        throw new Error("at once");
      }),
    ).toEqual(FAILED);
  });

  test("that does not answer in time, and its answer goes nowhere then", async () => {
    const abort = new AbortController();
    let late: (answer: unknown) => void = () => {};
    const result = ask(
      () =>
        new Promise((resolve) => {
          late = resolve;
        }),
      call(),
      abort.signal,
    );
    abort.abort();
    expect(await result).toEqual(FAILED);
    late(claimsAndScopes({ plan: "team" }));
    const invoke = vi.fn<InvokeFunction>(async () => claimsAndScopes({ plan: "team" }));
    expect(await ask(invoke, call(), abort.signal)).toEqual(FAILED);
    expect(invoke).not.toHaveBeenCalled();
  });
});

test("names that JavaScript has for every object are claims like any other, or none", async () => {
  const attributes = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  const text =
    '{"response":{"claimsOverrideDetails":{"claimsToAddOrOverride":{"__proto__":"a","hasOwnProperty":"b"}}}}';
  expect(await ask(async () => JSON.parse(text), call({ attributes }))).toEqual({
    state: "found",
    row: new Map([
      ["__proto__", "a"],
      ["hasOwnProperty", "b"],
    ]),
  });
  const polluted = '{"__proto__":{"response":{"claimsOverrideDetails":{"claimsToAddOrOverride":{"plan":"x"}}}}}';
  expect(await answering(JSON.parse(polluted))).toEqual(FAILED);
});

test("whatever a function answers, its row has no attributes but those asked for", async () => {
  const named = fc.dictionary(
    fc.constantFrom("plan", "seats", "response", "claimsToAddOrOverride", "__proto__"),
    fc.anything(),
  );
  const shaped = fc.oneof(
    fc.anything(),
    named.map((access) => claimsAndScopes(access)),
    fc.tuple(fc.anything(), fc.anything()).map(([access, id]) => claimsAndScopes(access, id)),
    fc.anything().map((claims) => details({ claimsOverrideDetails: { claimsToAddOrOverride: claims } })),
  );
  await fc.assert(
    fc.asyncProperty(shaped, async (answer) => {
      const result = await answering(answer);
      expect(["found", "missing", "failed"]).toContain(result?.state);
      const names = result?.state === "found" ? [...result.row.keys()] : [];
      expect(names.filter((name) => name !== "plan" && name !== "seats")).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("functions, hooks and tables are asked at once, a function once however many sources it is", async () => {
  const begun: string[] = [];
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const load: LoadAttributes = async (requests) => {
    begun.push(requests.map(({ source }) => source).join());
    await gate;
    return requests.map(({ source }) => found({ role: source }));
  };
  const invoke: InvokeFunction = async (arn) => {
    begun.push(arn);
    await gate;
    if (arn === "arn:down") throw new Error("down");
    return claimsAndScopes({ plan: arn, seats: 1 });
  };
  const requests = [
    call(),
    row("a"),
    call({ source: "seats", attributes: ["seats"] }),
    call({ source: "other", function: "arn:other" }),
    row("b"),
    call({ source: "down", function: "arn:down" }),
  ];
  const results = withChain(load, invoke, {})(requests, never);
  await vi.waitFor(() => expect(begun.toSorted()).toEqual(["a,b", "arn:down", "arn:legacy", "arn:other"]));
  open();
  expect(await results).toEqual([
    found({ plan: "arn:legacy", seats: 1 }),
    found({ role: "a" }),
    found({ seats: 1 }),
    found({ plan: "arn:other", seats: 1 }),
    found({ role: "b" }),
    FAILED,
  ]);
});

test("without a function to ask by, and for what is no function, requests go where they went", async () => {
  const load: LoadAttributes = async (requests) => requests.map(({ source }) => found({ role: source }));
  expect(await withChain(load, null, {})([call(), row("a")], never)).toEqual([
    found({ role: "legacy" }),
    found({ role: "a" }),
  ]);
  const invoke: InvokeFunction = () => Promise.reject(new Error("nobody asks functions"));
  expect(await withChain(load, invoke, {})([row("a")], never)).toEqual([found({ role: "a" })]);
});
