import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate, type Outcome, worldOf } from "../../../claims/evaluate/evaluate.ts";
import type { Fact } from "../../../claims/facts.ts";
import type { Expr } from "../../../claims/plan.ts";
import { implies } from "../../../claims/reports/implies.ts";
import { compiled } from "./compiled.ts";

const shown = (one: string, other: string): boolean => implies(compiled(one), compiled(other));

test("one more `&&` is narrower, one more `||` wider, wherever it stands", () => {
  expect(shown('row.b && row.s == "a"', "row.b")).toBe(true);
  expect(shown("row.b", 'row.b && row.s == "a"')).toBe(false);
  expect(shown("row.b", 'row.s == "a" || row.b')).toBe(true);
  expect(shown('(row.b || row.i > 1) && row.s == "a"', "row.i > 1 || row.b")).toBe(true);
});

test("fewer literals to choose from are narrower", () => {
  expect(shown('row.s == "a"', 'row.s in ["b", "a"]')).toBe(true);
  expect(shown('row.s in ["a", "b"]', 'row.s in ["a", "b", "c"]')).toBe(true);
  expect(shown('row.s in ["a", "b"]', 'row.s in ["a", "c"]')).toBe(false);
  expect(shown('row.s in ["a"]', 'row["a b"] in ["a"]')).toBe(false);
});

test("what it cannot tell it does not claim", () => {
  expect(shown("row.i > 2", "row.i > 1")).toBe(false);
  expect(shown("!(row.b || row.i > 1)", "!row.b")).toBe(false);
});

const leaves = ["row.b", "has(row.s)", "row.i > 1", 'row.s == "a"', 'row.s in ["a", "b"]', "true", "false"];
const { condition } = fc.letrec<{ condition: Expr }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...leaves.map(compiled)),
    fc.record({ op: fc.constantFrom("and" as const, "or" as const), left: tie("condition"), right: tie("condition") }),
    fc.record({ op: fc.constant("not" as const), of: tie("condition") }),
  ),
}));

const fact = (...values: readonly Fact[]): fc.Arbitrary<Fact> =>
  fc.constantFrom<Fact>(...values, { state: "absent" }, { state: "invalid" });
const present = (value: string | boolean | bigint): Fact => ({ state: "present", value });
const facts = fc.record({
  b: fact(present(true), present(false)),
  i: fact(present(1n), present(2n)),
  s: fact(present("a"), present("b"), present("c")),
});

const standing = (outcome: Outcome): number => (outcome.known ? (outcome.value === true ? 2 : 0) : 1);

test("what is shown holds: for true, and for true or unknown", () => {
  let proofs = 0;
  fc.assert(
    fc.property(condition, condition, fc.array(facts, { minLength: 8, maxLength: 8 }), (one, extra, rows) => {
      const other: Expr = { op: "or", left: { op: "and", left: one, right: extra }, right: one };
      for (const [narrow, wide] of [
        [one, extra],
        [extra, one],
        [one, other],
        [other, one],
      ] as const) {
        if (!implies(narrow, wide)) continue;
        proofs += 1;
        for (const row of rows) {
          const world = worldOf(([, name]) => row[name as keyof typeof row]);
          const [less, more] = [evaluate(narrow, world), evaluate(wide, world)];
          // false < unknown < true
          expect(standing(more)).toBeGreaterThanOrEqual(standing(less));
        }
      }
    }),
    { numRuns: 500 },
  );
  // Were hardly anything shown, nothing would be tested.
  expect(proofs).toBeGreaterThan(500);
});

test("a condition made to be hard to compare takes no time", () => {
  const deep = (operators: readonly ["and" | "or", "and" | "or"], levels: number): Expr =>
    levels === 0
      ? compiled("row.b")
      : { op: operators[levels % 2] as "and" | "or", left: deep(operators, levels - 1), right: compiled("row.i > 1") };
  expect(implies(deep(["and", "or"], 60), deep(["or", "and"], 60))).toBeTypeOf("boolean");
});
