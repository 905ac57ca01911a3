import type { ReadMap } from "../../claims/claim-map.ts";
import { partsOf } from "../../claims/language/expr-parts.ts";
import { compileFoundations } from "../../claims/language/foundations.ts";
import { readKnownValues } from "../../claims/language/known-values.ts";
import type { Expr } from "../../claims/plan.ts";
import { printExpression } from "../../claims/reports/print-expression.ts";

/** The definitions of a map, found again in the expressions of its plan, which have them written out. */
export type Definitions = {
  /** The definition that an expression is, by its name. */
  readonly nameOf: (expr: Expr) => string | undefined;
  /** An expression as CEL, with `def.NAME` where the map has it. */
  readonly print: (expr: Expr) => string;
};

/** Definitions that are no more than a name for a reference or a literal stand for nothing longer, and are left out. */
export function definitionsOf(read: ReadMap): Definitions {
  const { definitions } = compileFoundations(read, readKnownValues(read));
  const texts = new Map<string, string>();
  for (const [name, { compiled }] of definitions) {
    if (compiled && partsOf(compiled.expr).length > 0) texts.set(printExpression(compiled.expr), name);
  }
  const longestFirst = [...texts].toSorted(([one], [other]) => other.length - one.length);
  return {
    nameOf: (expr) => (texts.size > 0 ? texts.get(printExpression(expr)) : undefined),
    print: (expr) =>
      longestFirst.reduce((text, [written, name]) => text.replaceAll(written, `def.${name}`), printExpression(expr)),
  };
}
