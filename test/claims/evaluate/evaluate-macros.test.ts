import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate, type Outcome, worldOf } from "../../../claims/evaluate/evaluate.ts";
import type { Fact, RowValue, Value } from "../../../claims/facts.ts";
import type { Expr } from "../../../claims/plan.ts";

const bool = (value: boolean): Expr => ({ op: "bool", value });
const int = (value: number): Expr => ({ op: "int", value: String(value) });
const text = (value: string): Expr => ({ op: "string", value });
const known = (value: Value): Outcome => ({ known: true, value });
const unknown = (because: "absent" | "invalid" | "failed" | "error"): Outcome => ({ known: false, because });

const flag: Expr = { op: "field", of: { op: "var", name: "row" }, name: "flag" };
const rows: Expr = { op: "ref", ref: ["rows"] };

type Flag = "true" | "false" | "absent" | "invalid" | "failed";

function row(state: Flag): RowValue {
  const fact: Fact = state === "true" || state === "false" ? { state: "present", value: state === "true" } : { state };
  return { attributes: new Map([["flag", fact]]) };
}

/** What an expression comes to over rows with these flags. */
function over(flags: readonly Flag[], expr: Expr): Outcome {
  return evaluate(
    expr,
    worldOf(() => ({ state: "present", value: flags.map(row) })),
  );
}

const macro = (op: "all" | "exists" | "existsOne" | "filter", body: Expr = flag): Expr => ({
  op,
  of: rows,
  name: "row",
  body,
});
const count = (of: Expr): Expr => ({ op: "call", name: "size", args: [of] });

describe("over rows of which one says nothing", () => {
  test.for<[flags: Flag[], all: Outcome, exists: Outcome, one: Outcome, filtered: Outcome]>([
    [[], known(true), known(false), known(false), known(0n)],
    [["true"], known(true), known(true), known(true), known(1n)],
    [["false"], known(false), known(false), known(false), known(0n)],
    [["true", "true"], known(true), known(true), known(false), known(2n)],
    [["true", "failed"], unknown("failed"), known(true), unknown("failed"), unknown("failed")],
    [["failed", "true"], unknown("failed"), known(true), unknown("failed"), unknown("failed")],
    [["false", "invalid"], known(false), unknown("invalid"), unknown("invalid"), unknown("invalid")],
    [["invalid", "false"], known(false), unknown("invalid"), unknown("invalid"), unknown("invalid")],
    [["absent", "failed"], unknown("absent"), unknown("absent"), unknown("absent"), unknown("absent")],
    [["absent", "true", "false"], known(false), known(true), unknown("absent"), unknown("absent")],
  ])("%j: one element settles all() and exists(), and nothing else", ([flags, all, exists, one, filtered]) => {
    expect(over(flags, macro("all"))).toEqual(all);
    expect(over(flags, macro("exists"))).toEqual(exists);
    expect(over(flags, macro("existsOne"))).toEqual(one);
    expect(over(flags, count(macro("filter")))).toEqual(filtered);
  });

  test("has() asks each of them", () => {
    const has: Expr = { op: "hasField", of: { op: "var", name: "row" }, name: "flag" };
    expect(over(["true", "absent"], count(macro("filter", has)))).toEqual(known(1n));
    expect(over(["true", "failed"], count(macro("filter", has)))).toEqual(unknown("failed"));
  });

  test("map() takes what its condition lets through, and only that must be known", () => {
    const has: Expr = { op: "hasField", of: { op: "var", name: "row" }, name: "flag" };
    const mapped: Expr = { op: "transform", of: rows, name: "row", when: has, body: flag };
    expect(over(["true", "absent", "false"], mapped)).toEqual(known([true, false]));
    expect(over(["true", "absent"], { op: "transform", of: rows, name: "row", body: flag })).toEqual(unknown("absent"));
  });
});

test("what is known with values missing stays so whatever they turn out to be", () => {
  const flags = fc.array(fc.constantFrom<Flag>("true", "false", "failed"), { maxLength: 4 });
  const settled = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });
  const bodies = fc.constantFrom<Expr>(flag, { op: "not", of: flag }, { op: "or", left: flag, right: bool(false) });
  const ops = fc.constantFrom("all" as const, "exists" as const, "existsOne" as const);
  fc.assert(
    fc.property(flags, settled, ops, bodies, (partial, values, op, body) => {
      const outcome = over(partial, macro(op, body));
      const whole = partial.map((each, index): Flag => (each === "failed" ? (values[index] ? "true" : "false") : each));
      fc.pre(outcome.known);
      expect(over(whole, macro(op, body))).toEqual(outcome);
    }),
    { numRuns: 2_000 },
  );
});

test("a map is gone through by its keys", () => {
  const entries: [Expr, Expr][] = [
    [text("a"), int(1)],
    [text("b"), int(2)],
  ];
  const of: Expr = { op: "map", entries };
  const isA: Expr = { op: "==", left: { op: "var", name: "k" }, right: text("a") };
  expect(
    evaluate(
      { op: "filter", of, name: "k", body: isA },
      worldOf(() => ({ state: "absent" })),
    ),
  ).toEqual(known(["a"]));
});

describe("an evaluation does a bounded amount of work", () => {
  const numbers = (length: number): Expr => ({ op: "list", items: Array.from({ length }, (_, index) => int(index)) });
  const never = worldOf(() => ({ state: "absent" }));
  const doubled = (times: number, of: Expr, double: (of: Expr) => Expr): Expr =>
    times === 0
      ? of
      : { op: "bind", name: "x", value: of, body: doubled(times - 1, double({ op: "var", name: "x" }), double) };

  test("which is far more than what a person writes needs", () => {
    const cube = ["a", "b", "c"].reduceRight<Expr>((body, name) => ({ op: "all", of: numbers(20), name, body }), {
      op: ">=",
      left: { op: "+", left: { op: "var", name: "a" }, right: { op: "var", name: "c" } },
      right: int(0),
    });
    expect(evaluate(cube, never)).toEqual(known(true));
  });

  test.for<[what: string, expr: Expr]>([
    [
      "loops in loops",
      ["a", "b", "c"].reduceRight<Expr>((body, name) => ({ op: "all", of: numbers(200), name, body }), bool(true)),
    ],
    ["a list that doubles itself", doubled(60, numbers(1), (x) => ({ op: "+", left: x, right: x }))],
    ["a text that doubles itself", doubled(60, text("ab"), (x) => ({ op: "+", left: x, right: x }))],
    ["lists of one list", doubled(60, numbers(1), (x) => ({ op: "list", items: [x, x] }))],
    [
      "a text of which there are many",
      doubled(60, text("ab"), (x) => ({ op: "call", name: "json", args: [{ op: "list", items: [x, x] }] })),
    ],
    [
      "a separator between many",
      {
        op: "call",
        name: "join",
        args: [
          doubled(12, { op: "list", items: [text("a")] }, (x) => ({ op: "+", left: x, right: x })),
          text(",".repeat(4_000)),
        ],
      },
    ],
  ])("%s come to nothing, soon", ([, expr]) => {
    expect(evaluate(expr, never)).toEqual(unknown("error"));
  });

  test("and what comes after is unknown too: nothing settles what had no end", () => {
    const endless: Expr = {
      op: "all",
      of: numbers(800),
      name: "a",
      body: { op: "all", of: numbers(800), name: "b", body: bool(true) },
    };
    const either: Expr = { op: "or", left: endless, right: bool(true) };
    expect(evaluate(either, never)).toEqual(unknown("error"));
  });
});
