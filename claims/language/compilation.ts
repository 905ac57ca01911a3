import type { MapPath } from "../claim-map.ts";
import type { Finding } from "../finding.ts";
import type { Expr, PlanType, Reference } from "../plan.ts";

/** What is wrong at one place of an expression. */
export type Problem = {
  readonly code: string;
  /** Characters from the start of the expression. */
  readonly offset: number;
  readonly message: string;
  readonly fix: string;
};

/** A value an expression reads, where, and what becomes of it there. */
export type Read = {
  readonly reference: Reference;
  /** Characters from the start of the expression. */
  readonly offset: number;
  /** The functions around it, the innermost first; `map` for a map of literals that it chooses an entry of. */
  readonly through: readonly string[];
  /** It can only make the whole expression true, never false: `"LITERAL" in request.scopes` under `&&` and `||` alone. */
  readonly isMonotone: boolean;
};

/** An expression that passed: its tree, its type and what it reads. */
export type CompiledExpression = {
  readonly expr: Expr;
  readonly type: PlanType;
  /** Every declared value it reads, `has()` included, at each place; `offset` in characters from its start. */
  readonly reads: readonly Read[];
};

/**
 * The outcome of compiling an expression. Without `compiled` there are findings, or it reads something that an earlier
 * finding is about. `reads` is what could be made out either way.
 */
export type Compilation = {
  readonly compiled: CompiledExpression | null;
  readonly reads: readonly Read[];
  readonly findings: readonly Finding[];
};

/** An expression of a map: where it stands, and what compiling it gave. */
export type PlacedExpression = Compilation & { readonly path: MapPath; readonly text: string };
