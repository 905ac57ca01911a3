import type { Expr } from "../plan.ts";
import { evaluate, type World } from "./evaluate.ts";

/** The texts of a list; none where it is unknown. For lists of what may stay, where none is the safe side. */
export function listOfTexts(expr: Expr, world: World): readonly string[] {
  const outcome = evaluate(expr, world);
  if (!outcome.known || !Array.isArray(outcome.value)) return [];
  return outcome.value.filter((item) => typeof item === "string");
}
