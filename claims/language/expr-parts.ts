import type { Expr } from "../plan.ts";

/** The expressions an expression is made of, one level down, in the order they are written. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.op) {
    case "string":
    case "bool":
    case "int":
    case "double":
    case "ref":
    case "has":
    case "var":
      return [];
    case "list":
      return expr.items;
    case "map":
      return expr.entries.flat();
    case "index":
      return [expr.of, expr.at];
    case "if":
      return [expr.test, expr.yes, expr.no];
    case "call":
      return expr.args;
    case "bind":
      return [expr.value, expr.body];
    case "all":
    case "exists":
    case "existsOne":
    case "filter":
      return [expr.of, expr.body];
    case "transform":
      return expr.when ? [expr.of, expr.when, expr.body] : [expr.of, expr.body];
    case "not":
    case "negate":
    case "hasKey":
    case "field":
    case "hasField":
    case "matches":
    case "pseudonym":
      return [expr.of];
    default:
      return [expr.left, expr.right];
  }
}

/** Every pattern an expression asks for, at any depth. */
export function patternsOf(expr: Expr): readonly string[] {
  const inside = partsOf(expr).flatMap(patternsOf);
  return expr.op === "matches" ? [expr.pattern, ...inside] : inside;
}

/** Whether an expression makes a pseudonym anywhere. */
export function usesPseudonym(expr: Expr): boolean {
  return expr.op === "pseudonym" || partsOf(expr).some(usesPseudonym);
}

/** How many macros stand in one another at most: in the part that is done again and again, not in what is gone through. */
export function macroDepth(expr: Expr): number {
  const [of, ...again] = partsOf(expr).map(macroDepth);
  if (of === undefined) return 0;
  return isMacro(expr) ? Math.max(of, 1 + Math.max(0, ...again)) : Math.max(of, ...again);
}

/** Nodes of an expression, counted no further than `most`. */
export function countNodes(expr: Expr, most: number): number {
  let count = 1;
  for (const part of partsOf(expr)) {
    if (count > most) break;
    count += countNodes(part, most - count);
  }
  return count;
}

function isMacro({ op }: Expr): boolean {
  return op === "all" || op === "exists" || op === "existsOne" || op === "filter" || op === "transform";
}
