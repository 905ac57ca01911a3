import { partsOf } from "../../claims/language/expr-parts.ts";
import type { Expr } from "../../claims/plan.ts";

/** A part of an expression on which its result turns. */
export type Condition = {
  /** Leads to it from the expression, by the numbers of parts. */
  readonly path: string;
  readonly expr: Expr;
  /** The innermost definition it stands in, by its name. */
  readonly definition: string | undefined;
};

/** What `?:` asks, and each operand of `&&` and `||` that is not another of these; inside definitions too. */
export function conditionsOf(expr: Expr, nameOf: (expr: Expr) => string | undefined): readonly Condition[] {
  const within = (outer: Expr, path: string, around: string | undefined): readonly Condition[] => {
    const definition = nameOf(outer) ?? around;
    return partsOf(outer).flatMap((part, index) => {
      const inner = `${path}.${index}`;
      const own = isCondition(outer, part, index) ? [{ path: inner, expr: part, definition }] : [];
      return [...own, ...within(part, inner, definition)];
    });
  };
  return within(expr, "", undefined);
}

/** Whether something turns on the part at `index`. */
export function isCondition(expr: Expr, part: Expr, index: number): boolean {
  if (part.op === "bool") return false;
  if (expr.op === "if") return index === 0;
  return isLogic(expr) && !isLogic(part);
}

function isLogic({ op }: Expr): boolean {
  return op === "and" || op === "or";
}
