import type { Fact, RowValue, Value } from "../facts.ts";
import type { Expr } from "../plan.ts";
import { FUNCTIONS } from "./functions.ts";
import { OPERATORS } from "./operators.ts";
import { ERROR, FAILED, FALSE, known, knownInt, type Outcome, ofFact, presence, TRUE } from "./outcome.ts";
import { MAX_MATCHED_CHARACTERS } from "./pattern.ts";
import { someWork, spend, spendOn, type Work } from "./work.ts";
import type { World } from "./world.ts";

export { equal } from "./operators.ts";
export type { Outcome, Reason } from "./outcome.ts";
export { type Look, type World, worldOf } from "./world.ts";

/** Variables in scope, the innermost first. */
type Scope = { readonly name: string; readonly value: Value; readonly outer: Scope } | null;

type Run = { readonly world: World; readonly work: Work };

/** HMAC-SHA-256 in steps, generously. */
const PSEUDONYM_STEPS = 100;

/**
 * Evaluates a checked expression, three-valued: whatever needs an unknown value is unknown, except where another
 * operand of `&&` or `||`, or another element of `all` or `exists`, settles the result alone. An expression that takes
 * more work than any should is unknown.
 *
 * Semantics are CEL's (github.com/google/cel-spec, `langdef.md`) with errors folded into unknown.
 */
export function evaluate(expr: Expr, world: World): Outcome {
  return ofExpr(expr, null, { world, work: someWork() });
}

function ofExpr(expr: Expr, scope: Scope, run: Run): Outcome {
  if (!spend(run.work, 1)) return ERROR;
  switch (expr.op) {
    case "string":
    case "bool":
    case "double":
      return known(expr.value);
    case "int":
      return known(BigInt(expr.value));
    case "ref":
      return ofFact(run.world.look(expr.ref));
    case "has":
      return presence(run.world.look(expr.ref));
    case "var":
      return variable(scope, expr.name);
    case "field":
    case "hasField": {
      const of = ofExpr(expr.of, scope, run);
      if (!of.known) return of;
      const fact = fieldOf(of.value as ReadonlyMap<string, Value> | RowValue, expr.name);
      return expr.op === "field" ? ofFact(fact) : presence(fact);
    }
    case "hasKey":
      return withValue(expr.of, scope, run, (of) => known(of instanceof Map && of.has(expr.key)));
    case "list":
      return withValues(expr.items, scope, run, known);
    case "map":
      return withValues(expr.entries.flat(), scope, run, mapOf);
    case "index": {
      const of = ofExpr(expr.of, scope, run);
      return of.known ? withValue(expr.at, scope, run, (at) => itemOf(of.value, at)) : of;
    }
    case "not":
      return withValue(expr.of, scope, run, (of) => known(of !== true));
    case "negate":
      return withValue(expr.of, scope, run, (of) => (typeof of === "bigint" ? knownInt(-of) : known(-(of as number))));
    case "and":
    case "or":
      return settledBy(expr.op === "or", [expr.left, expr.right], (each) => ofExpr(each, scope, run));
    case "if": {
      const test = ofExpr(expr.test, scope, run);
      return test.known ? ofExpr(test.value === true ? expr.yes : expr.no, scope, run) : test;
    }
    case "bind":
      return withValue(expr.value, scope, run, (value) =>
        ofExpr(expr.body, { name: expr.name, value, outer: scope }, run),
      );
    case "all":
    case "exists":
      return overElements(expr, scope, run, (elements, inner) =>
        settledBy(expr.op === "exists", elements, (each) => inner(expr.body, each)),
      );
    case "existsOne":
      return overElements(expr, scope, run, (elements, inner) => {
        const found = kept(elements, (each) => inner(expr.body, each));
        return "unknown" in found ? found.unknown : known(found.kept.length === 1);
      });
    case "filter":
      return overElements(expr, scope, run, (elements, inner) => {
        const found = kept(elements, (each) => inner(expr.body, each));
        return "unknown" in found ? found.unknown : known(found.kept);
      });
    case "transform":
      return overElements(expr, scope, run, (elements, inner) => {
        const { when, body } = expr;
        const found = when ? kept(elements, (each) => inner(when, each)) : { kept: elements };
        return "unknown" in found ? found.unknown : collected(found.kept, (each) => inner(body, each), run);
      });
    case "call":
      return withValues(expr.args, scope, run, (args) => FUNCTIONS[expr.name](args, run));
    case "matches":
      return withValue(expr.of, scope, run, (of) => matched(of as string, expr.pattern, run));
    case "pseudonym":
      return withValue(expr.of, scope, run, (of) => pseudonymOf(of as string, expr.attribute, run));
    default:
      return withValues([expr.left, expr.right], scope, run, ([left, right]) =>
        OPERATORS[expr.op](left as Value, right as Value),
      );
  }
}

function variable(scope: Scope, name: string): Outcome {
  for (let at = scope; at !== null; at = at.outer) if (at.name === name) return known(at.value);
  return ERROR;
}

/** A declared map has the fields that were there; a row has a fact for each attribute. */
function fieldOf(of: ReadonlyMap<string, Value> | RowValue, name: string): Fact {
  if ("attributes" in of) return of.attributes.get(name) ?? { state: "absent" };
  const value = of.get(name);
  return value === undefined ? { state: "absent" } : { state: "present", value };
}

function withValue(expr: Expr, scope: Scope, run: Run, then: (value: Value) => Outcome): Outcome {
  const outcome = ofExpr(expr, scope, run);
  return outcome.known ? then(outcome.value) : outcome;
}

/** Evaluates operands in order, for a computation that may go through each of them; the first unknown is the result. */
function withValues(
  exprs: readonly Expr[],
  scope: Scope,
  run: Run,
  then: (values: readonly Value[]) => Outcome,
): Outcome {
  return collected(exprs, (each) => ofExpr(each, scope, run), run, then);
}

function collected<T>(
  each: readonly T[],
  outcomeOf: (one: T) => Outcome,
  run: Run,
  then: (values: readonly Value[]) => Outcome = known,
): Outcome {
  const values: Value[] = [];
  for (const one of each) {
    const outcome = outcomeOf(one);
    if (!outcome.known) return outcome;
    if (!spendOn(run.work, outcome.value)) return ERROR;
    values.push(outcome.value);
  }
  return then(values);
}

/** One operand that comes to `settling` decides, on whichever side of an unknown; without one, the first unknown does. */
function settledBy<T>(settling: boolean, operands: readonly T[], outcomeOf: (operand: T) => Outcome): Outcome {
  let unknown: Outcome | undefined;
  for (const operand of operands) {
    const outcome = outcomeOf(operand);
    if (!outcome.known) unknown ??= outcome;
    else if (outcome.value === settling) return outcome;
  }
  return unknown ?? (settling ? FALSE : TRUE);
}

type Comprehension = Extract<Expr, { readonly op: "all" | "exists" | "existsOne" | "filter" | "transform" }>;

/** Hands over the elements of a list or the keys of a map, and how to evaluate a part of the macro for one of them. */
function overElements(
  { of, name }: Comprehension,
  scope: Scope,
  run: Run,
  then: (elements: readonly Value[], inner: (part: Expr, element: Value) => Outcome) => Outcome,
): Outcome {
  return withValue(of, scope, run, (value) => {
    const elements = value instanceof Map ? [...(value as ReadonlyMap<string, Value>).keys()] : value;
    return then(elements as readonly Value[], (part, element) =>
      ofExpr(part, { name, value: element, outer: scope }, run),
    );
  });
}

/** The elements a condition holds for; one that is unknown leaves all of it unknown. */
function kept(
  elements: readonly Value[],
  test: (element: Value) => Outcome,
): { readonly kept: readonly Value[] } | { readonly unknown: Outcome } {
  const found: Value[] = [];
  for (const element of elements) {
    const outcome = test(element);
    if (!outcome.known) return { unknown: outcome };
    if (outcome.value === true) found.push(element);
  }
  return { kept: found };
}

function mapOf(flat: readonly Value[]): Outcome {
  const entries = new Map<string, Value>();
  for (let index = 0; index < flat.length; index += 2) {
    const key = flat[index];
    // A key given twice has no one meaning (CEL: a repeated key is an error).
    if (typeof key !== "string" || entries.has(key)) return ERROR;
    entries.set(key, flat[index + 1] as Value);
  }
  return known(entries);
}

function itemOf(of: Value, at: Value): Outcome {
  const found = of instanceof Map ? of.get(at) : Array.isArray(of) ? itemAt(of as Value[], at) : undefined;
  return found === undefined ? ERROR : known(found as Value);
}

function itemAt(list: readonly Value[], at: Value): Value | undefined {
  return typeof at === "bigint" && at >= 0n && at < BigInt(list.length) ? list[Number(at)] : undefined;
}

/** Matching takes time by characters times the pattern's steps, of which its own length is the best guess there is. */
function matched(text: string, pattern: string, { world, work }: Run): Outcome {
  if (text.length > MAX_MATCHED_CHARACTERS || !spend(work, (text.length + 1) * (1 + (pattern.length >> 3)))) {
    return ERROR;
  }
  return known(world.matches(pattern, text));
}

function pseudonymOf(value: string, attribute: string, { world, work }: Run): Outcome {
  if (!spend(work, PSEUDONYM_STEPS)) return ERROR;
  const pseudonym = world.pseudonym(attribute, value);
  return pseudonym === undefined ? FAILED : known(pseudonym);
}
