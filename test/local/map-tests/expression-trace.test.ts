import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate, type World } from "../../../claims/evaluate/evaluate.ts";
import { conditionsOf } from "../../../local/map-tests/conditions.ts";
import { traceExpression } from "../../../local/map-tests/expression-trace.ts";
import { compileRandom, randomExpressions, rows, worldOfRow } from "../../claims/evaluate/random-expressions.ts";

const none = (): undefined => undefined;

/** The expression followed where every value is there but those named. */
function traced(text: string, row: Parameters<typeof worldOfRow>[0], failed: readonly string[] = []) {
  const { expr } = compileRandom(text);
  const world = worldOfRow(row);
  const partial: World = {
    ...world,
    look: (reference) => (failed.includes(reference.at(-1) ?? "") ? { state: "failed" } : world.look(reference)),
  };
  const trace = traceExpression(expr, partial);
  const conditions = conditionsOf(expr, none).map(({ path }) => path);
  return { trace, conditions, outcome: evaluate(expr, partial) };
}

const SAMPLE = fc.sample(rows, { numRuns: 1, seed: 1 })[0] ?? {};
const ROW = { ...SAMPLE, b1: true, b2: false, l1: ["a", "b"], i1: 1n };

const told = ({ decided }: ReturnType<typeof traceExpression>): readonly string[] =>
  decided.map(({ path, outcome }) => `${path} ${outcome}`);

test.for([
  ["row.b1 || row.b2", [".0 true"]],
  ["row.b2 || row.b1", [".0 false", ".1 true"]],
  ["row.b1 && row.b2 && row.b1", [".0.0 true", ".0.1 false"]],
  ["!(row.b1 && row.b2)", [".0.0 true", ".0.1 false"]],
  ['row.b2 ? "yes" : row.b1 ? "no" : "never"', [".0 false", ".2.0 true"]],
  ['row.l1.exists(x, x == "a" || row.b2)', [".1.0 true"]],
  ['row.l1.all(x, x == "a" && row.b1)', [".1.0 true", ".1.1 true", ".1.0 false"]],
  ['row.l1.map(x, x == "b" ? "B" : x)', [".1.0 false", ".1.0 true"]],
  ["cel.bind(y, row.b2, y ? 1 : 2)", [".1.0 false"]],
] as const)("%s turns on what it came to, in its order", ([text, decided]) => {
  expect(told(traced(text, ROW).trace)).toEqual(decided);
});

test("nothing is followed that the trigger does not come to", () => {
  expect([...traced("row.b1 || row.b2", ROW, ["b2"]).trace.missed]).toEqual([]);
  expect([...traced("row.b2 || row.b1", ROW, ["b2"]).trace.missed]).toEqual(["row.b2 failed"]);
  expect([...traced("row.b1 ? row.s1 : row.s2", ROW, ["s2"]).trace.missed]).toEqual([]);
});

test("of any expression only its own conditions are decided, and what it lacks is what was missing", () => {
  const unknown = fc.subarray(["s1", "i1", "b1", "b2", "l1", "t1"]);
  let missed = 0;
  fc.assert(
    fc.property(randomExpressions(true), rows, unknown, (text, row, failed) => {
      const { trace, conditions, outcome } = traced(text, row, failed);
      expect(conditions).toEqual(expect.arrayContaining(trace.decided.map(({ path }) => path)));
      for (const each of trace.missed) expect(failed.map((name) => `row.${name} failed`)).toContain(each);
      if (outcome.known || outcome.because !== "failed") return;
      missed += 1;
      expect(trace.missed.size).toBeGreaterThan(0);
    }),
    { numRuns: 1_000, seed: 20261123 },
  );
  expect(missed).toBeGreaterThan(50);
});
