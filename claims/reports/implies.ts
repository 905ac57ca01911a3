import type { Expr } from "../plan.ts";

/** Steps a proof may take; far more than conditions that people write need. */
const STEPS = 20_000;

/**
 * Whether it can be shown that `other` holds wherever `one` does. Knows `&&`, `||`, equal parts and lists of literals:
 * enough for conditions that were made stricter by one more `&&`, or looser by one more `||` or list item. `false` means
 * no more than that this is not shown.
 *
 * What is shown holds for "true" as well as for "true or unknown", because the two operators keep the order of false,
 * unknown and true.
 */
export function implies(one: Expr, other: Expr): boolean {
  return shows(one, other, { left: STEPS });
}

/** Whether two expressions are the same tree. */
export function isSameExpression(one: Expr | undefined, other: Expr | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function shows(one: Expr, other: Expr, steps: { left: number }): boolean {
  steps.left -= 1;
  if (steps.left < 0) return false;
  if (isLiteral(one, false) || isLiteral(other, true)) return true;
  if (one.op === "or") return shows(one.left, other, steps) && shows(one.right, other, steps);
  if (other.op === "and") return shows(one, other.left, steps) && shows(one, other.right, steps);
  if (one.op === "and" && (shows(one.left, other, steps) || shows(one.right, other, steps))) return true;
  if (other.op === "or" && (shows(one, other.left, steps) || shows(one, other.right, steps))) return true;
  return isSameExpression(one, other) || isOneOfFewer(one, other);
}

function isLiteral(expr: Expr, value: boolean): boolean {
  return expr.op === "bool" && expr.value === value;
}

/** `x == "a"` and `x in ["a"]` are both `x in ["a", "b"]`. */
function isOneOfFewer(one: Expr, other: Expr): boolean {
  const [fewer, more] = [choicesOf(one), choicesOf(other)];
  if (fewer === undefined || more === undefined || !isSameExpression(fewer.of, more.of)) return false;
  const allowed = new Set(more.among.map((each) => JSON.stringify(each)));
  return fewer.among.every((each) => allowed.has(JSON.stringify(each)));
}

function choicesOf(expr: Expr): { readonly of: Expr; readonly among: readonly Expr[] } | undefined {
  if (expr.op === "==" && isScalar(expr.right)) return { of: expr.left, among: [expr.right] };
  if (expr.op !== "in" || expr.right.op !== "list" || !expr.right.items.every(isScalar)) return undefined;
  return { of: expr.left, among: expr.right.items };
}

function isScalar({ op }: Expr): boolean {
  return op === "string" || op === "bool" || op === "int" || op === "double";
}
