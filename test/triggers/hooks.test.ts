import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import type { HookCall, HookSubject, LoadAttributes, RowRead, RowResult } from "../../claims/facts.ts";
import { decimalText } from "../../claims/gather/decimal-text.ts";
import { readDeclared } from "../../claims/gather/declared-value.ts";
import { type Hook, withHooks } from "../../triggers/hooks.ts";

const subject: HookSubject = { poolId: "pool", clientId: "web", grant: "user", sub: "u1" };
const call = (hook = "scores", changes: Partial<HookCall> = {}): HookCall => ({
  kind: "custom",
  source: hook,
  hook,
  subject,
  attributes: ["score", "team"],
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
const never = new AbortController().signal;

/** A promise that the test settles. */
function deferred<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
} {
  let [resolve, reject]: [(value: T) => void, (error: Error) => void] = [() => {}, () => {}];
  const promise = new Promise<T>((fulfil, refuse) => {
    [resolve, reject] = [fulfil, refuse];
  });
  return { promise, resolve, reject };
}

const nothing: LoadAttributes = () => Promise.resolve([]);
const ask = async (hook: Hook, signal: AbortSignal = never): Promise<RowResult | undefined> =>
  (await withHooks(nothing, { scores: hook })([call()], signal))[0];

test("a hook is told who the subject is, and its answer is a row with the attributes asked for", async () => {
  const told: unknown[] = [];
  const result = await ask(async (who, { signal }) => {
    told.push(who, signal);
    return { score: 7, team: ["a"], secret: "x" };
  });
  expect(told).toEqual([subject, never]);
  expect(result).toEqual({
    state: "found",
    row: new Map<string, unknown>([
      ["score", 7],
      ["team", ["a"]],
    ]),
  });
});

test("hooks and tables are asked at once, the tables in one go, and every result stands where it was asked for", async () => {
  const begun: string[] = [];
  const gate = deferred<undefined>();
  const load: LoadAttributes = async (requests) => {
    begun.push(requests.map(({ source }) => source).join());
    await gate.promise;
    return requests.map(({ source }) => ({ state: "found", row: new Map([["role", source]]) }));
  };
  const hook = (name: string) => async () => {
    begun.push(name);
    await gate.promise;
    return { score: name };
  };
  const results = withHooks(load, { one: hook("one"), two: hook("two") })(
    [call("one"), row("a"), call("two"), row("b")],
    never,
  );
  await vi.waitFor(() => expect(begun.toSorted()).toEqual(["a,b", "one", "two"]));
  gate.resolve(undefined);
  expect((await results).map((result) => result.state === "found" && [...result.row.values()])).toEqual([
    ["one"],
    ["a"],
    ["two"],
    ["b"],
  ]);
});

test("tables are not asked where only hooks are, and results that tables do not give are failed", async () => {
  const asked: unknown[] = [];
  const load: LoadAttributes = (requests) => {
    asked.push(requests);
    return Promise.resolve([]);
  };
  await withHooks(load, { scores: () => ({}) })([call()], never);
  expect(asked).toEqual([]);
  expect(await withHooks(load, {})([row("a")], never)).toEqual([{ state: "failed" }]);
});

test.for<readonly [string, Hook]>([
  ["null", () => null],
  ["undefined", async () => undefined],
])("an answer of %s is a missing row", async ([, hook]) => {
  expect(await ask(hook)).toEqual({ state: "missing" });
});

class Person {
  readonly score = 7;
}
const failing: readonly [string, Hook][] = [
  [
    "throws",
    () => {
      throw new Error("nora@example.com");
    },
  ],
  ["rejects", () => Promise.reject(new Error("nora@example.com"))],
  ["answers with text", (() => "text") as unknown as Hook],
  ["answers with a list", () => [{ score: 7 }]],
  ["answers with a map", () => new Map([["score", 7]])],
  ["answers with an instance of a class", () => new Person()],
  ["answers with a function", () => () => 7],
];
test.for(failing)("a hook that %s is failed, and nothing is told of it", async ([, hook]) => {
  expect(await ask(hook)).toEqual({ state: "failed" });
});

test.for(["missing", "__proto__", "constructor", "toString"])(
  "a hook that is not there (%s) is failed",
  async (name) => {
    expect(await withHooks(nothing, {})([call(name)], never)).toEqual([{ state: "failed" }]);
  },
);

test("an answer of another realm, or without a prototype, is as good as any", async () => {
  const foreign = runInNewContext("({ score: 7 })") as object;
  const bare = Object.assign(Object.create(null) as object, { score: 7 });
  for (const answer of [foreign, bare]) {
    expect(await ask(() => answer)).toEqual({ state: "found", row: new Map([["score", 7]]) });
  }
});

test("what a value inherits, hides behind a getter that throws, or cannot be copied is never taken for absent", async () => {
  const result = await ask(() =>
    Object.defineProperties(
      { team: () => "a" },
      {
        score: {
          enumerable: true,
          get: () => {
            throw new Error("x");
          },
        },
      },
    ),
  );
  expect(result).toEqual({
    state: "found",
    row: new Map([
      ["score", null],
      ["team", null],
    ]),
  });
});

test("an answer is what it was when it came", async () => {
  const answer = { score: { deep: [1] } };
  const result = await ask(() => answer);
  answer.score.deep.push(2);
  expect(result).toEqual({ state: "found", row: new Map([["score", { deep: [1] }]]) });
});

test("a number is plain JSON's: nothing in an answer passes for a number of a table's", async () => {
  const result = await ask(() => ({ score: decimalText("42"), team: 42 }));
  const fact = (name: string) =>
    result?.state === "found" && readDeclared({ type: "int", class: "open" }, result.row.get(name));
  expect(fact("score")).toEqual({ state: "invalid" });
  expect(fact("team")).toEqual({ state: "present", value: 42n });
});

test("a hook that ignores its signal holds nothing up, and its late answer goes nowhere", async () => {
  const abort = new AbortController();
  const late = deferred<object>();
  const result = ask(() => late.promise, abort.signal);
  abort.abort(new Error("time is up"));
  expect(await result).toEqual({ state: "failed" });
  late.reject(new Error("too late, and nobody listens"));
  await new Promise((resolve) => setImmediate(resolve));
});

test("a hook is not called any more once time is up", async () => {
  const hook = vi.fn<Hook>(() => ({}));
  expect(await ask(hook, AbortSignal.abort())).toEqual({ state: "failed" });
  expect(hook).not.toHaveBeenCalled();
});

test("a hook that changes what it was told changes it for nobody else", async () => {
  const meddling: Hook = (who) => {
    Object.assign(who, { sub: "u2" });
    return {};
  };
  const seen: unknown[] = [];
  const request = call("meddling");
  const hooks = { meddling, scores: (who: HookSubject) => void seen.push(who.sub) };
  await withHooks(nothing, hooks)([request, call("scores")], never);
  expect(seen).toEqual(["u1"]);
  expect(request.subject).toEqual(subject);
});
