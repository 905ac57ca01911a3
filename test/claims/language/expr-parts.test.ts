import fc from "fast-check";
import { expect, test } from "vitest";
import { countNodes, macroDepth, partsOf, patternsOf, usesPseudonym } from "../../../claims/language/expr-parts.ts";
import type { Expr } from "../../../claims/plan.ts";
import { compileRandom, randomExpressions } from "../evaluate/random-expressions.ts";
import { tree } from "./a-language.ts";

const compiled = (source: string): Expr => {
  const expr = tree(source);
  if (expr === undefined) throw new Error(`does not compile: ${source}`);
  return expr;
};

/** Every tree in a tree, found by what a tree looks like and not by what its operator is. */
function everything(value: unknown): readonly object[] {
  if (typeof value !== "object" || value === null) return [];
  return [...("op" in value ? [value] : []), ...Object.values(value).flatMap(everything)];
}

test("the parts of an expression, and theirs, are all there is in it", () => {
  const all = (expr: Expr): readonly Expr[] => [expr, ...partsOf(expr).flatMap(all)];
  const sources = [
    "has(staff.rota.monday) ? pseudonym(user.email) : json(staff.address.city)",
    "memberships.exists(m, has(m.org) && matches(m.org, '^a')) || staff.wards.exists_one(w, w in ['a'])",
    "staff.wards.map(w, w != '', {'ward': [w, last(w, 1)]}[staff.?profession.orValue('x')])",
  ];
  for (const expr of sources.map(compiled)) {
    expect(new Set(all(expr))).toEqual(new Set(everything(expr)));
    expect(all(expr).length).toBe(everything(expr).length);
  }
  fc.assert(
    fc.property(randomExpressions(true), (source) => {
      const { expr } = compileRandom(source);
      expect(all(expr).length).toBe(everything(expr).length);
      expect(countNodes(expr, 10_000)).toBe(all(expr).length);
    }),
    { numRuns: 300 },
  );
});

test("patterns and pseudonyms are found wherever they stand", () => {
  const pattern = "matches(w, '^a')";
  for (const source of [
    `staff.wards.all(w, ${pattern})`,
    `staff.wards.map(w, ${pattern}, w)`,
    `cel.bind(w, staff.profession, {'a': [${pattern}]})`,
    `string(staff.wards.exists(w, !${pattern})).size() == 1 ? 1 : 2`,
  ]) {
    expect(patternsOf(compiled(source))).toEqual(["^a"]);
    expect(usesPseudonym(compiled(source))).toBe(false);
  }
  expect(patternsOf(compiled("matches('a', 'x') && matches('b', 'y')"))).toEqual(["x", "y"]);
  expect(usesPseudonym(compiled("staff.suspended ? '' : [pseudonym(user.email)][0]"))).toBe(true);
});

test("macros are as deep as they stand in one another, not side by side", () => {
  expect(macroDepth(compiled("staff.level + 1"))).toBe(0);
  expect(macroDepth(compiled("staff.wards.filter(w, true).map(w, w)"))).toBe(1);
  expect(macroDepth(compiled("staff.wards.all(w, true) && staff.wards.exists(w, true)"))).toBe(1);
  expect(macroDepth(compiled("def.anyRoles"))).toBe(2);
  expect(macroDepth(compiled("def.anyRoles ? staff.wards : staff.wards.filter(w, w != '')"))).toBe(2);
  expect(macroDepth(compiled("memberships.filter(m, m.roles.exists(r, r != '')).map(m, m.org)"))).toBe(2);
});

test("a count stops soon after what it may come to", () => {
  const wide: Expr = { op: "list", items: Array.from({ length: 1_000 }, () => ({ op: "bool", value: true })) };
  expect(countNodes(wide, 10)).toBe(11);
  expect(countNodes(wide, 2_000)).toBe(1_001);
});
