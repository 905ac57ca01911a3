import { evaluate, type Outcome, type World } from "../../claims/evaluate/evaluate.ts";
import { partsOf } from "../../claims/language/expr-parts.ts";
import { printReference } from "../../claims/language/reference.ts";
import type { Expr, Reference } from "../../claims/plan.ts";
import { isCondition } from "./conditions.ts";

/** What was decided while an expression was evaluated. */
export type Trace = {
  /** Conditions, by the path to each, and how they came out. */
  readonly decided: readonly { readonly path: string; readonly outcome: boolean }[];
  /** Values that were not there, and why: `staff.profession absent`. */
  readonly missed: ReadonlySet<string>;
};

/** A value that is not there, and why. */
export function missedValue(reference: string, state: string): string {
  return `${reference} ${state}`;
}

/** Pseudonyms are no reference, and can be missing as well. */
export const PSEUDONYMS = "pseudonym()";

/** An expression with whatever names its variables around it, so that any part can be evaluated by itself. */
type Bound = (part: Expr) => Expr;

type Tracing = {
  readonly world: World;
  readonly bound: Bound;
  /** Variables that stand for rows, and the source of these. */
  readonly rows: ReadonlyMap<string, Reference>;
  readonly decided: { readonly path: string; readonly outcome: boolean }[];
  readonly missed: Set<string>;
};

/**
 * Follows an evaluation part by part. Every part is handed to the trigger's own `evaluate`, which knows nothing of it:
 * what is followed is what the trigger does.
 */
export function traceExpression(expr: Expr, world: World): Trace {
  const tracing: Tracing = {
    world,
    bound: (part) => part,
    rows: new Map(),
    decided: [],
    missed: new Set<string>(),
  };
  follow(expr, "", tracing);
  return tracing;
}

function follow(expr: Expr, path: string, tracing: Tracing): Outcome {
  const outcome = evaluate(tracing.bound(expr), tracing.world);
  switch (expr.op) {
    case "ref":
    case "has": {
      const { state } = tracing.world.look(expr.ref);
      if (state !== "present") tracing.missed.add(missedValue(printReference(expr.ref), state));
      return outcome;
    }
    case "field":
    case "hasField":
      followField(expr, outcome, tracing);
      followParts(expr, path, tracing);
      return outcome;
    case "pseudonym":
      followParts(expr, path, tracing);
      if (!outcome.known && evaluate(tracing.bound(expr.of), tracing.world).known) {
        tracing.missed.add(missedValue(PSEUDONYMS, "failed"));
      }
      return outcome;
    case "and":
    case "or": {
      const left = part(expr, 0, path, tracing);
      if (!left.known || left.value !== (expr.op === "or")) part(expr, 1, path, tracing);
      return outcome;
    }
    case "if": {
      const test = part(expr, 0, path, tracing);
      if (test.known) part(expr, test.value === true ? 1 : 2, path, tracing);
      return outcome;
    }
    case "bind":
      if (part(expr, 0, path, tracing).known) part(expr, 1, path, within(tracing, expr.name, expr.value));
      return outcome;
    case "all":
    case "exists":
    case "existsOne":
    case "filter":
    case "transform":
      followMacro(expr, path, tracing);
      return outcome;
    default:
      followParts(expr, path, tracing);
      return outcome;
  }
}

/** Follows the part with this number and notes how it came out, if something turns on it. */
function part(expr: Expr, index: number, path: string, tracing: Tracing): Outcome {
  const inner = partsOf(expr)[index] as Expr;
  const outcome = follow(inner, `${path}.${index}`, tracing);
  if (outcome.known && typeof outcome.value === "boolean" && isCondition(expr, inner, index)) {
    tracing.decided.push({ path: `${path}.${index}`, outcome: outcome.value });
  }
  return outcome;
}

/** Operands in their order; behind an unknown one nothing is evaluated. */
function followParts(expr: Expr, path: string, tracing: Tracing): void {
  for (const index of partsOf(expr).keys()) if (!part(expr, index, path, tracing).known) return;
}

function followField(
  expr: Extract<Expr, { readonly op: "field" | "hasField" }>,
  outcome: Outcome,
  { rows, missed }: Tracing,
): void {
  const source = expr.of.op === "var" ? rows.get(expr.of.name) : undefined;
  if (source === undefined) return;
  const isAbsent = expr.op === "hasField" && outcome.known && outcome.value === false;
  const state = isAbsent ? "absent" : outcome.known ? undefined : outcome.because;
  if (state) missed.add(missedValue(printReference([source[0], expr.name]), state));
}

type Macro = Extract<Expr, { readonly op: "all" | "exists" | "existsOne" | "filter" | "transform" }>;

/** Element after element, until one settles the result. */
function followMacro(expr: Macro, path: string, tracing: Tracing): void {
  const of = part(expr, 0, path, tracing);
  if (!of.known) return;
  const elements: readonly Expr[] =
    of.value instanceof Map
      ? [...(of.value as ReadonlyMap<string, unknown>).keys()].map((value) => ({ op: "string", value }))
      : Array.from({ length: (of.value as readonly unknown[]).length }, (_, at) => ({
          op: "index",
          of: expr.of,
          at: { op: "int", value: String(at) },
        }));
  const body = expr.op === "transform" && expr.when ? 2 : 1;
  for (const element of elements) {
    const inside = within(tracing, expr.name, element);
    if (body === 2) {
      const when = part(expr, 1, path, inside);
      if (!when.known) return;
      if (when.value !== true) continue;
    }
    const outcome = part(expr, body, path, inside);
    if ((expr.op === "all" || expr.op === "exists") && outcome.known && outcome.value === (expr.op === "exists"))
      return;
  }
}

/** With one more variable in scope. */
function within(tracing: Tracing, name: string, value: Expr): Tracing {
  const rows = new Map(tracing.rows);
  const source = value.op === "index" ? rowsOf(value.of) : undefined;
  if (source) rows.set(name, source);
  else rows.delete(name);
  return { ...tracing, rows, bound: (inner) => tracing.bound({ op: "bind", name, value, body: inner }) };
}

function rowsOf(expr: Expr): Reference | undefined {
  if (expr.op === "ref" && expr.ref.length === 1 && expr.ref[0] !== "now") return expr.ref;
  return expr.op === "filter" ? rowsOf(expr.of) : undefined;
}
