import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate, type Look, type Outcome, type World, worldOf } from "../../../claims/evaluate/evaluate.ts";
import type { Fact, Value } from "../../../claims/facts.ts";
import type { BinaryOperator, Expr, FunctionName } from "../../../claims/plan.ts";

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
const look: Look = ([root, name = root]) => FACTS[name] as Fact;
const world: World = {
  ...worldOf(look),
  matches: (pattern, text) => text.includes(pattern),
  pseudonym: (attribute, value) => (value === "unmade" ? undefined : `${attribute}~${value}`),
};
const result = (expr: Expr): Outcome => evaluate(expr, world);
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
  expect(result(expr)).toEqual(outcome);
});

const states: readonly [name: string, read: Outcome, has: Outcome][] = [
  ["there", known("x"), known(true)],
  ["absent", { known: false, because: "absent" }, known(false)],
  ["invalid", { known: false, because: "invalid" }, { known: false, because: "invalid" }],
  ["failed", { known: false, because: "failed" }, { known: false, because: "failed" }],
];

test.for(states)("a value that is %s says so when read and when tested", ([name, read, tested]) => {
  expect(result(ref(name))).toEqual(read);
  expect(result(has(name))).toEqual(tested);
});

test("false settles && and true settles ||, on either side of an unknown", () => {
  const and = (left: Expr, right: Expr): Expr => ({ op: "and", left, right });
  const or = (left: Expr, right: Expr): Expr => ({ op: "or", left, right });
  expect(result(and(ref("failed"), bool(false)))).toEqual(known(false));
  expect(result(and(bool(false), ref("failed")))).toEqual(known(false));
  expect(result(or(ref("failed"), bool(true)))).toEqual(known(true));
  expect(result(or(bool(true), ref("failed")))).toEqual(known(true));
  expect(result(and(ref("failed"), bool(true)))).toEqual({ known: false, because: "failed" });
  expect(result(or(bool(false), ref("absent")))).toEqual({ known: false, because: "absent" });
});

const map = (...entries: [Expr, Expr][]): Expr => ({ op: "map", entries });
const bind = (name: string, value: Expr, body: Expr): Expr => ({ op: "bind", name, value, body });
const variable = (name: string): Expr => ({ op: "var", name });
const field = (of: Expr, name: string): Expr => ({ op: "field", of, name });
const pseudonym = (of: Expr): Expr => ({ op: "pseudonym", of, attribute: "row.there" });
const matches = (of: Expr, pattern: string): Expr => ({ op: "matches", of, pattern });

/** Everything that needs its operand, around one. */
const AROUND: readonly (readonly [what: string, around: (of: Expr) => Expr])[] = [
  ["an item of a list", (of) => list(text("a"), of)],
  ["a key of a map", (of) => map([of, int(1)])],
  ["a value of a map", (of) => map([text("a"), of])],
  ["what is indexed", (of) => ({ op: "index", of, at: int(0) })],
  ["an index", (of) => ({ op: "index", of: list(int(1)), at: of })],
  ["what has a key or not", (of) => ({ op: "hasKey", of, key: "a" })],
  ["what has fields", (of) => field(of, "a")],
  ["what has a field or not", (of) => ({ op: "hasField", of, name: "a" })],
  ["what is negated", (of) => ({ op: "not", of })],
  ["a number with a sign", (of) => ({ op: "negate", of })],
  ["the test of ?:", (of) => ({ op: "if", test: of, yes: int(1), no: int(1) })],
  ["the branch of ?: that is taken", (of) => ({ op: "if", test: bool(true), yes: of, no: int(1) })],
  ["a binding", (of) => bind("x", of, int(1))],
  ["what a pattern is looked for in", (of) => matches(of, "a")],
  ["what a pseudonym is made of", pseudonym],
  ["the first argument of a function", (of) => call("split", of, text(","))],
  ["another argument", (of) => call("split", text("a"), of)],
  ...(["==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%"] as const).flatMap(
    (op) =>
      [
        [`the left of ${op}`, (of: Expr) => binary(of, op, int(1))],
        [`the right of ${op}`, (of: Expr) => binary(int(1), op, of)],
      ] as const,
  ),
  ...(["all", "exists", "existsOne", "filter", "transform"] as const).flatMap(
    (op) =>
      [
        [`what ${op} goes through`, (of: Expr) => ({ op, of, name: "e", body: bool(true) }) satisfies Expr],
        [`the condition of ${op}`, (of: Expr) => ({ op, of: list(int(1)), name: "e", body: of }) satisfies Expr],
      ] as const,
  ),
  ["the other condition of map", (of) => ({ op: "transform", of: list(int(1)), name: "e", when: of, body: int(1) })],
];

test.for(AROUND)("%s that is unknown leaves it unknown, and says why", ([, around]) => {
  for (const name of ["absent", "invalid", "failed"] as const) {
    expect(result(around(ref(name)))).toEqual({ known: false, because: name });
  }
  expect(result(around(call("int", text("x"))))).toEqual(error);
});

test("the branch of ?: that is not taken may be unknown", () => {
  expect(result({ op: "if", test: bool(false), yes: ref("failed"), no: int(1) })).toEqual(known(1n));
});

test("a binding is known under its name, and the inner one under a name that is taken", () => {
  expect(result(bind("x", int(2), binary(variable("x"), "+", variable("x"))))).toEqual(known(4n));
  expect(result(bind("x", int(1), bind("x", int(2), variable("x"))))).toEqual(known(2n));
  expect(result(binary(bind("x", int(1), variable("x")), "+", bind("y", int(2), variable("y"))))).toEqual(known(3n));
});

test("a field is absent where the map has none, and an entry of a name such as __proto__ is one like any other", () => {
  const home = map([text("city"), text("Bonn")], [text("__proto__"), text("x")]);
  expect(result(field(home, "city"))).toEqual(known("Bonn"));
  expect(result(field(home, "__proto__"))).toEqual(known("x"));
  for (const name of ["street", "constructor", "hasOwnProperty", "size", "get"]) {
    expect(result(field(home, name))).toEqual({ known: false, because: "absent" });
    expect(result({ op: "hasField", of: home, name })).toEqual(known(false));
    expect(result({ op: "hasKey", of: home, key: name })).toEqual(known(false));
    expect(result({ op: "index", of: home, at: text(name) })).toEqual(error);
  }
  expect(result({ op: "hasField", of: home, name: "city" })).toEqual(known(true));
});

test("a pattern is looked for in texts of up to 2,048 characters; whether a longer one matches is unknown", () => {
  expect(result(matches(text("a nurse"), "nurse"))).toEqual(known(true));
  expect(result(matches(text("a clerk"), "nurse"))).toEqual(known(false));
  expect(result(matches(text("x".repeat(2_048)), "x"))).toEqual(known(true));
  expect(result(matches(text("x".repeat(2_049)), "x"))).toEqual(error);
});

test("a pseudonym is made of the attribute's name and its value, and unknown where none can be made", () => {
  expect(result(pseudonym(text("x")))).toEqual(known("row.there~x"));
  expect(result(pseudonym(text("unmade")))).toEqual({ known: false, because: "failed" });
});

test("an unknown test leaves ?: unknown even when both branches agree", () => {
  expect(result({ op: "if", test: ref("absent"), yes: int(1), no: int(1) })).toEqual({
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
          partial: evaluate(expr, worldOf(withFacts(bits, missing))),
          whole: evaluate(expr, worldOf(withFacts(bits, []))),
        }))
        .filter(({ partial }) => partial.known);
      expect(settled.map(({ whole }) => whole)).toEqual(settled.map(({ partial }) => partial));
    }),
    { numRuns: 2_000 },
  );
});
