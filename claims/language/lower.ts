import type { ASTNode } from "@marcbachmann/cel-js";
import type { BinaryOperator, Expr } from "../plan.ts";
import {
  computedField,
  computedValueField,
  enterField,
  enterRoot,
  enterRowField,
  enterValueField,
  hasFields,
} from "./closed-names.ts";
import type { Problem, Read } from "./compilation.ts";
import { countNodes } from "./expr-parts.ts";
import { LIMITS } from "./limits.ts";
import { lowerCall, lowerMethod } from "./lower-call.ts";
import { isBinding, isMacro, lowerBinding, lowerMacro } from "./lower-macro.ts";
import { lowerBare } from "./lower-optional.ts";
import {
  inside,
  isEnumerated,
  type Lowering,
  NOWHERE,
  nameIn,
  notAValue,
  notePassing,
  type Place,
  passing,
  report,
  typeAt,
  valuePlace,
} from "./lowering.ts";
import { printReference } from "./reference.ts";
import { tooManyNodes } from "./too-much.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** An expression as a tree; `undefined` with a problem, or where it reads what an earlier finding already names. */
export type Lowered = {
  readonly expr: Expr | undefined;
  readonly problems: readonly Problem[];
  readonly reads: readonly Read[];
};

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);

/**
 * Turns CEL's syntax tree into the plan's, and closes the language on the way: every name declared, none computed, no
 * function or operator beyond the documented ones. CEL's own checker is too kind for that: it lets misspelt fields
 * through in `has()`, `.?` and `[?]`, and types a computed one as anything.
 */
export function lower(ast: ASTNode, vocabulary: Vocabulary, isMachine: boolean): Lowered {
  const lowering: Lowering = {
    vocabulary,
    isMachine,
    problems: [],
    reads: [],
    variables: new Map(),
    macros: 0,
    isMonotone: true,
    lower: lowerNode,
    place: placeOf,
    asValue,
  };
  const expr = lowerNode(ast, lowering);
  const { problems, reads } = lowering;
  if (expr && countNodes(expr, LIMITS.nodes) > LIMITS.nodes) tooManyNodes(lowering, ast.start);
  return { expr: problems.length === 0 ? expr : undefined, problems, reads };
}

function lowerNode(node: ASTNode, lowering: Lowering): Expr | undefined {
  return asValue(placeOf(node, lowering), node, lowering);
}

function asValue(place: Place, node: ASTNode, lowering: Lowering): Expr | undefined {
  return place.kind === "value" ? place.expr : notAValue(lowering, node.start, place);
}

/** Where an access, a macro or a binding leads; everything else is a value. */
function placeOf(node: ASTNode, lowering: Lowering): Place {
  switch (node.op) {
    case "id":
      return enterRoot(lowering, node.args, node.start);
    case ".":
    case "[]":
      return lowerAccess(node, lowering);
    case "rcall":
      if (isMacro(node)) return lowerMacro(node, inside(lowering));
      if (isBinding(node)) return lowerBinding(node, inside(lowering));
      return valuePlace(lowerValue(node, lowering));
    default:
      return valuePlace(lowerValue(node, lowering));
  }
}

function lowerAccess(node: Extract<ASTNode, { readonly op: "." | "[]" }>, lowering: Lowering): Place {
  const [of, at] = node.args;
  const base = placeOf(of, inside(lowering));
  const { name, at: nameAt } = nameIn(node);
  switch (base.kind) {
    case "nowhere":
      return NOWHERE;
    case "row":
      return name === undefined
        ? computedField(lowering, printReference(base.path), node.start)
        : enterField(lowering, base.path, name, node.start, nameAt);
    case "rows": {
      if (name !== undefined) return enterRowField(lowering, base, name, node.start, nameAt);
      if (base.of.isOne) return computedField(lowering, base.of.source, node.start);
      const index = lowerIndex(base.expr, at, lowering);
      return index ? { kind: "rows", expr: index, of: { ...base.of, isOne: true } } : NOWHERE;
    }
    case "value": {
      if (!hasFields(typeAt(lowering, base.expr))) return valuePlace(lowerIndex(base.expr, at, lowering));
      return name === undefined
        ? valuePlace(computedValueField(lowering, base.expr, node.start))
        : valuePlace(enterValueField(lowering, base.expr, name, nameAt));
    }
  }
}

function lowerIndex(of: Expr, at: string | ASTNode, lowering: Lowering): Expr | undefined {
  if (typeof at === "string") return { op: "index", of, at: { op: "string", value: at } };
  const lowerAt = (): Expr | undefined => lowerNode(at, inside(lowering));
  const index = isEnumerated(of) ? passing(lowering, "map", lowerAt) : lowerAt();
  return index && { op: "index", of, at: index };
}

/** What is neither a name nor an access: a literal, an operator, a function. */
function lowerValue(node: Exclude<ASTNode, { readonly op: "id" | "." | "[]" }>, outer: Lowering): Expr | undefined {
  const lowering = inside(outer);
  switch (node.op) {
    case "value":
      return lowerLiteral(node, node.args, lowering);
    case ".?":
    case "[?]":
      return lowerBare(node, lowering);
    case "list": {
      const items = node.args.map((each) => lowerNode(each, lowering));
      return items.includes(undefined) ? undefined : { op: "list", items: items as readonly Expr[] };
    }
    case "map":
      return lowerMap(node.args, lowering);
    case "?:": {
      const [test, yes, no] = node.args.map((each) => lowerNode(each, lowering));
      return test && yes && no && { op: "if", test, yes, no };
    }
    case "||":
    case "&&": {
      const [left, right] = node.args.map((each) => lowerNode(each, outer));
      return left && right && { op: node.op === "||" ? "or" : "and", left, right };
    }
    case "!_": {
      const of = lowerNode(node.args, lowering);
      return of && { op: "not", of };
    }
    case "-_":
      return lowerNegation(node.args, lowering);
    case "call":
      return lowerCall(node, node.args[0], node.args[1], lowering);
    case "rcall":
      return lowerMethod(node, node.args[0], node.args[1], node.args[2], lowering);
    case "in":
      return lowerMembership(node.args[0], node.args[1], outer);
    default: {
      const [left, right] = node.args.map((each) => lowerNode(each, lowering));
      return left && right && { op: node.op satisfies BinaryOperator, left, right };
    }
  }
}

function lowerMembership(one: ASTNode, all: ASTNode, outer: Lowering): Expr | undefined {
  const lowering = inside(outer);
  const { reads } = lowering;
  const from = reads.length;
  const left = lowerNode(one, lowering);
  const to = reads.length;
  const right = lowerNode(all, lowering);
  if (left === undefined || right === undefined) return undefined;
  if (isEnumerated(right)) notePassing(reads, from, to, "map");
  const asked = reads[to];
  // The one use in which asking for a scope can give more, and never less.
  if (outer.isMonotone && asked && left.op === "string" && right.op === "ref" && isScopes(right.ref)) {
    reads[to] = { ...asked, isMonotone: true };
  }
  return { op: "in", left, right };
}

function isScopes(reference: readonly string[]): boolean {
  return reference.join(".") === "request.scopes";
}

function lowerMap(nodes: readonly (readonly [ASTNode, ASTNode])[], lowering: Lowering): Expr | undefined {
  const keys = new Set<unknown>();
  for (const [key] of nodes) {
    if (key.op !== "value") continue;
    if (keys.has(key.args)) report(lowering, "CS302", key.start, "this key stands here twice", "Keep one of the two.");
    keys.add(key.args);
  }
  const entries = nodes.map(([key, value]) => [lowerNode(key, lowering), lowerNode(value, lowering)] as const);
  const whole = entries.flatMap(([key, value]) => (key && value ? [[key, value] as const] : []));
  return whole.length === entries.length ? { op: "map", entries: whole } : undefined;
}

function lowerLiteral(node: ASTNode, literal: unknown, lowering: Lowering): Expr | undefined {
  switch (typeof literal) {
    case "string":
      return { op: "string", value: literal };
    case "boolean":
      return { op: "bool", value: literal };
    case "number":
      return { op: "double", value: literal };
    case "bigint":
      if (literal <= MAX_INT && literal >= MIN_INT) return { op: "int", value: literal.toString() };
      return report(lowering, "CS302", node.start, "an int has 64 bits; this one needs more", "Write it as text.");
    default: {
      const kind = literal === null ? "null" : literal instanceof Uint8Array ? "bytes" : "unsigned ints";
      const fix = literal === null ? "Ask `has(...)` whether a value is there." : "Write a string or an int.";
      return report(lowering, "CS307", node.start, `the language has no ${kind}`, fix);
    }
  }
}

/** `-` and a number are one literal: the smallest int has no positive counterpart to be negated. */
function lowerNegation(node: ASTNode, lowering: Lowering): Expr | undefined {
  if (node.op === "value" && typeof node.args === "bigint") return lowerLiteral(node, -node.args, lowering);
  // JSON, which the plan is kept in, does not tell -0 from 0.
  if (node.op === "value" && typeof node.args === "number" && node.args !== 0) {
    return { op: "double", value: -node.args };
  }
  const of = lowerNode(node, lowering);
  return of && { op: "negate", of };
}
