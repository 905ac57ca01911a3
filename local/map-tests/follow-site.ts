import type { MapPath } from "../../claims/claim-map.ts";
import { evaluate, type Outcome, type World } from "../../claims/evaluate/evaluate.ts";
import type { Expr, PlanProfile } from "../../claims/plan.ts";
import { markOf } from "./coverage-mark.ts";
import { traceExpression } from "./expression-trace.ts";
import type { Read } from "./seen-world.ts";

/** An expression of a profile and where it stands. */
export type Site = { readonly path: MapPath; readonly expr: Expr };

/** Leaves a mark. */
export type Mark = (mark: string) => void;

/** Follows one expression of a map, marks what its conditions came to, and gives back what it missed. */
export function follow(
  { path, expr }: Site,
  world: World,
  mark: Mark,
): { readonly outcome: Outcome; readonly missed: ReadonlySet<string> } {
  const outcome = evaluate(expr, world);
  const { decided, missed } = traceExpression(expr, world);
  // Conditions of claims, scopes and refusals count as rules, beside what they turn on.
  const isRule = path.at(-1) === "when";
  if (isRule && outcome.known && typeof outcome.value === "boolean") mark(markOf(path, outcome.value));
  for (const { path: inner, outcome: how } of decided) mark(markOf([...path, inner], how));
  return { outcome, missed };
}

/** Marks a source that had no row, or could not be read. */
export function markRead({ name }: PlanProfile, [{ source }, result]: Read, mark: Mark): void {
  const isMissing = result.state === "missing" || (result.state === "rows" && result.rows.length === 0);
  if (isMissing) mark(markOf(["profiles", name, "sources", source], "missing"));
  if (result.state === "failed") mark(markOf(["profiles", name, "sources", source], "failed"));
}
