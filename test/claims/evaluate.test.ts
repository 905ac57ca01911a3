import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate, type Look, type Outcome } from "../../claims/evaluate.ts";
import type { Fact, Value } from "../../claims/facts.ts";
import type { BinaryOperator, Expr, FunctionName } from "../../claims/plan.ts";

const text = (value: string): Expr => ({ op: "string", value });
const bool = (value: boolean): Expr => ({ op: "bool", value });
const int = (value: bigint | number): Expr => ({ op: "int", value: String(value) });
const double = (value: number): Expr => ({ op: "double", value });
const list = (...items: Expr[]): Expr => ({ op: "list", items });
const binary = (left: Expr, op: BinaryOperator, right: Expr): Expr => ({ op, left, right });
const call = (name: FunctionName, ...args: Expr[]): Expr => ({ op: "call", name, args });
const ref = (name: string): Expr => ({ op: "ref", ref: ["row", name] });
const has = (name: string): Expr => ({ op: "has", ref: ["row", name] });

const FACTS: Readonly<Record<string, Fact>> = {
  there: { state: "present", value: "x" },
  flag: { state: "present", value: true },
  absent: { state: "absent" },
  invalid: { state: "invalid" },
  failed: { state: "failed" },
};
const look: Look = ([, name = ""]) => FACTS[name] as Fact;
const known = (value: Value): Outcome => ({ known: true, value });
const error: Outcome = { known: false, because: "error" };

const results: readonly [what: string, expr: Expr, outcome: Outcome][] = [
  ["a sum of ints", binary(int(2), "+", int(3)), known(5n)],
  ["a sum beyond 64 bits", binary(int(2n ** 63n - 1n), "+", int(1)), error],
  ["a division by zero", binary(int(1), "/", int(0)), error],
  ["a remainder by zero", binary(int(1), "%", int(0)), error],
  ["an int and a double compared", binary(int(1), "<", double(1.5)), known(true)],
  ["NaN compared with itself", binary(binary(double(0), "/", double(0)), "<=", double(1)), known(false)],
  ["lists joined by +", binary(list(int(1)), "+", list(int(2))), known([1n, 2n])],
  ["a list in a list", binary(list(int(1)), "in", list(list(int(1)), list())), known(true)],
  ["an index past the end", { op: "index", of: list(int(1)), at: int(1) }, error],
  ["a map without the key", { op: "index", of: { op: "map", entries: [[text("a"), int(1)]] }, at: text("b") }, error],
  [
    "a map key given twice",
    {
      op: "map",
      entries: [
        [text("a"), int(1)],
        [text("a"), int(2)],
      ],
    },
    error,
  ],
  ["the code points of a string", call("size", text("a💙")), known(2n)],
  ["ASCII lower case, and only that", call("lowerAscii", text("ÀBC")), known("Àbc")],
  ["a list joined", call("join", list(text("a"), text("b")), text(",")), known("a,b")],
  ["a list joined by what an item holds", call("join", list(text("a,c"), text("b")), text(",")), error],
  ["a list with an empty item joined", call("join", list(text(""), text("b")), text(",")), error],
  ["text that is no int", call("int", text("1e3")), error],
  ["a double as an int", call("int", double(-1.9)), known(-1n)],
  ["NaN as text", call("string", binary(double(0), "/", double(0))), error],
  ["a day that does not exist", call("timestamp", text("2026-02-29T00:00:00Z")), error],
];

test.for(results)("evaluates %s", ([, expr, outcome]) => {
  expect(evaluate(expr, look)).toEqual(outcome);
});

const states: readonly [name: string, read: Outcome, has: Outcome][] = [
  ["there", known("x"), known(true)],
  ["absent", { known: false, because: "absent" }, known(false)],
  ["invalid", { known: false, because: "invalid" }, { known: false, because: "invalid" }],
  ["failed", { known: false, because: "failed" }, { known: false, because: "failed" }],
];

test.for(states)("a value that is %s says so when read and when tested", ([name, read, tested]) => {
  expect(evaluate(ref(name), look)).toEqual(read);
  expect(evaluate(has(name), look)).toEqual(tested);
});

test("false settles && and true settles ||, on either side of an unknown", () => {
  const and = (left: Expr, right: Expr): Expr => ({ op: "and", left, right });
  const or = (left: Expr, right: Expr): Expr => ({ op: "or", left, right });
  expect(evaluate(and(ref("failed"), bool(false)), look)).toEqual(known(false));
  expect(evaluate(and(bool(false), ref("failed")), look)).toEqual(known(false));
  expect(evaluate(or(ref("failed"), bool(true)), look)).toEqual(known(true));
  expect(evaluate(or(bool(true), ref("failed")), look)).toEqual(known(true));
  expect(evaluate(and(ref("failed"), bool(true)), look)).toEqual({ known: false, because: "failed" });
  expect(evaluate(or(bool(false), ref("absent")), look)).toEqual({ known: false, because: "absent" });
});

test("an unknown test leaves ?: unknown even when both branches agree", () => {
  expect(evaluate({ op: "if", test: ref("absent"), yes: int(1), no: int(1) }, look)).toEqual({
    known: false,
    because: "absent",
  });
});

test("what is known with facts missing stays true whatever the missing facts turn out to be", () => {
  const names = ["a", "b", "c"] as const;
  const { tree } = fc.letrec<{ tree: Expr }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom<Expr>(bool(true), bool(false), ref("a"), ref("b"), ref("c")),
      fc.record({ op: fc.constantFrom("and" as const, "or" as const), left: tie("tree"), right: tie("tree") }),
      fc.record({ op: fc.constantFrom("==" as const, "!=" as const), left: tie("tree"), right: tie("tree") }),
      fc.record({ op: fc.constant("not" as const), of: tie("tree") }),
      fc.record({ op: fc.constant("if" as const), test: tie("tree"), yes: tie("tree"), no: tie("tree") }),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.subarray([...names]), (expr, missing) => {
      const withFacts =
        (bits: number, hide: readonly string[]): Look =>
        ([, name = ""]) =>
          hide.includes(name)
            ? { state: "failed" }
            : { state: "present", value: ((bits >> names.indexOf(name as "a")) & 1) === 1 };
      const settled = Array.from({ length: 8 }, (_, bits) => bits)
        .map((bits) => ({
          partial: evaluate(expr, withFacts(bits, missing)),
          whole: evaluate(expr, withFacts(bits, [])),
        }))
        .filter(({ partial }) => partial.known);
      expect(settled.map(({ whole }) => whole)).toEqual(settled.map(({ partial }) => partial));
    }),
    { numRuns: 2_000 },
  );
});
