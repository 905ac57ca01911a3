import { partsOf } from "../../claims/language/expr-parts.ts";
import type { Expr } from "../../claims/plan.ts";

/** A part of an expression on which its result turns; `path` leads to it by the numbers of parts. */
export type Condition = { readonly path: string; readonly expr: Expr };

/** What `?:` asks, and each operand of `&&` and `||` that is not another of these. */
export function conditionsOf(expr: Expr, path = ""): readonly Condition[] {
  return partsOf(expr).flatMap((part, index) => {
    const inner = `${path}.${index}`;
    const own = isCondition(expr, part, index) ? [{ path: inner, expr: part }] : [];
    return [...own, ...conditionsOf(part, inner)];
  });
}

/** Whether the part at `index` is one. */
export function isCondition(expr: Expr, part: Expr, index: number): boolean {
  if (part.op === "bool") return false;
  if (expr.op === "if") return index === 0;
  return isLogic(expr) && !isLogic(part);
}

function isLogic({ op }: Expr): boolean {
  return op === "and" || op === "or";
}
