import type { ASTNode } from "@marcbachmann/cel-js";
import type { BinaryOperator, Expr, FunctionName, Reference } from "../plan.ts";
import {
  computedField,
  enterField,
  enterRoot,
  type Lowering,
  later,
  NOWHERE,
  notAValue,
  type Place,
  type Problem,
  type Read,
  report,
  staticType,
} from "./closed-names.ts";
import { FUNCTIONS, LATER_FUNCTIONS, METHODS } from "./language.ts";
import { writePlanType } from "./plan-type.ts";
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
  const lowering: Lowering = { vocabulary, isMachine, problems: [], reads: [] };
  const expr = lowerNode(ast, lowering);
  const { problems, reads } = lowering;
  return { expr: problems.length === 0 ? expr : undefined, problems, reads };
}

function lowerNode(node: ASTNode, lowering: Lowering): Expr | undefined {
  switch (node.op) {
    case "value":
      return lowerLiteral(node, node.args, lowering);
    case "id":
    case ".":
    case "[]": {
      const found = place(node, lowering);
      if (found.kind === "row") return notAValue(lowering, node.start, found.path);
      return found.kind === "value" ? found.expr : undefined;
    }
    case ".?":
    case "[?]":
      // A misspelt name in it is worth saying first.
      return field(node, lowering) && later(lowering, node.start, node.op);
    case "list": {
      const items = lowerAll(node.args, lowering);
      return items && { op: "list", items };
    }
    case "map":
      return lowerMap(node.args, lowering);
    case "?:": {
      const [test, yes, no] = node.args.map((each) => lowerNode(each, lowering));
      return test && yes && no && { op: "if", test, yes, no };
    }
    case "||":
    case "&&": {
      const [left, right] = node.args.map((each) => lowerNode(each, lowering));
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
    default: {
      const [left, right] = node.args.map((each) => lowerNode(each, lowering));
      return left && right && { op: node.op satisfies BinaryOperator, left, right };
    }
  }
}

function lowerAll(nodes: readonly ASTNode[], lowering: Lowering): readonly Expr[] | undefined {
  const exprs = nodes.map((node) => lowerNode(node, lowering));
  return exprs.includes(undefined) ? undefined : (exprs as readonly Expr[]);
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

function lowerCall(node: ASTNode, name: string, args: readonly ASTNode[], lowering: Lowering): Expr | undefined {
  if (name === "has" && args[0] !== undefined && args.length === 1) return lowerHas(args[0], lowering);
  if (LATER_FUNCTIONS.has(name)) return later(lowering, node.start, name);
  const known = FUNCTIONS.get(name);
  if (known?.arity === args.length) return lowerArguments(known.name, args, lowering);
  lowerAll(args, lowering);
  return noFunction(lowering, node.start, name);
}

function lowerMethod(
  node: ASTNode,
  name: string,
  receiver: ASTNode,
  args: readonly ASTNode[],
  lowering: Lowering,
): Expr | undefined {
  if (name === "hasValue" && args.length === 0 && (receiver.op === ".?" || receiver.op === "[?]")) {
    return presence(receiver, lowering);
  }
  if (receiver.op === "id" && receiver.args === "cel") return later(lowering, node.start, `cel.${name}`);
  const known = METHODS.get(name);
  if (known?.arity === args.length) return lowerArguments(known.name, [receiver, ...args], lowering);
  const before = lowering.problems.length;
  lowerNode(receiver, lowering);
  if (lowering.problems.length > before) return undefined;
  // Arguments may name a variable of the macro's own; only the receiver is surely an expression of ours.
  return LATER_FUNCTIONS.has(name) ? later(lowering, node.start, name) : noFunction(lowering, node.start, name);
}

function lowerArguments(name: FunctionName, nodes: readonly ASTNode[], lowering: Lowering): Expr | undefined {
  const args = lowerAll(nodes, lowering);
  return args && { op: "call", name, args };
}

function noFunction(lowering: Lowering, offset: number, name: string): undefined {
  const forms = [
    ...[...FUNCTIONS.keys()].map((each) => [each, `${each}(x)`] as const),
    ...[...METHODS].map(([each, { arity }]) => [each, `x.${each}(${arity > 0 ? "y" : ""})`] as const),
  ];
  const form = forms.find(([each]) => each === name)?.[1];
  const message =
    form === undefined ? `the language has no function \`${name}\`` : `\`${name}\` is written \`${form}\``;
  return report(
    lowering,
    "CS307",
    offset,
    message,
    `Functions are has(a.b), ${forms.map(([, each]) => each).join(", ")}.`,
  );
}

function lowerHas(arg: ASTNode, lowering: Lowering): Expr | undefined {
  if (arg.op === ".") return presence(arg, lowering);
  lowerNode(arg, lowering);
  const fix = 'Write `has(a.b)`, or `a[?"b"].hasValue()` for a name with other characters.';
  return report(lowering, "CS302", arg.start, "has() takes a field, such as `has(staff.profession)`", fix);
}

/** Whether a declared value, or an entry of a map value, is there. */
function presence(node: ASTNode, lowering: Lowering): Expr | undefined {
  const found = field(node, lowering);
  if (found === undefined || "ref" in found) return found && { op: "has", ref: found.ref };
  const type = staticType(found.of, lowering.vocabulary);
  if (type === undefined || (typeof type === "object" && "map" in type)) return { op: "hasKey", ...found };
  const message = `only a map has keys; this is a \`${writePlanType(type)}\``;
  return report(lowering, "CS302", node.start, message, "Ask for a declared field, or for an entry of a map.");
}

/** The declared field or the entry of a value that an access names, in whichever of the four ways it is written. */
function field(
  node: ASTNode,
  lowering: Lowering,
): { readonly ref: Reference } | { readonly of: Expr; readonly key: string } | undefined {
  if (node.op !== "." && node.op !== ".?" && node.op !== "[?]") return undefined;
  const base = place(node.args[0], lowering);
  const name = writtenName(node.args[1]);
  if (base.kind === "nowhere") return undefined;
  if (base.kind === "value") {
    return name === undefined ? later(lowering, node.start, node.op) : { of: base.expr, key: name };
  }
  const there = fieldOf(base.path, node, node.args[1], lowering);
  if (there.kind === "row") return notAValue(lowering, node.start, there.path);
  return there.kind === "value" && there.expr.op === "ref" ? { ref: there.expr.ref } : undefined;
}

function place(node: ASTNode, lowering: Lowering): Place {
  if (node.op === "id") return enterRoot(lowering, node.args, node.start);
  if (node.op !== "." && node.op !== "[]") return valuePlace(lowerNode(node, lowering));
  const [of, at] = node.args;
  const base = place(of, lowering);
  if (base.kind === "nowhere") return NOWHERE;
  if (base.kind === "row") return fieldOf(base.path, node, at, lowering);
  const index: Expr | undefined = typeof at === "string" ? { op: "string", value: at } : lowerNode(at, lowering);
  return valuePlace(index && { op: "index", of: base.expr, at: index });
}

function valuePlace(expr: Expr | undefined): Place {
  return expr ? { kind: "value", expr } : NOWHERE;
}

function fieldOf(path: Reference, node: ASTNode, at: string | ASTNode, lowering: Lowering): Place {
  const name = writtenName(at);
  if (name === undefined) return computedField(lowering, path, node.start);
  return enterField(lowering, path, name, node.start, typeof at === "string" ? node.pos : at.start);
}

function writtenName(at: string | ASTNode): string | undefined {
  if (typeof at === "string") return at;
  return at.op === "value" && typeof at.args === "string" ? at.args : undefined;
}
