import type { ASTNode } from "@marcbachmann/cel-js";
import type { Expr } from "../plan.ts";
import { checkPattern } from "./check-pattern.ts";
import { FUNCTIONS, type LanguageFunction, METHODS } from "./language.ts";
import { isOptional, lowerHas, lowerHasValue, lowerOrValue } from "./lower-optional.ts";
import { type Lowering, noFunction, passing, report } from "./lowering.ts";
import { printReference } from "./reference.ts";

/** `f(x)`. */
export function lowerCall(node: ASTNode, name: string, args: readonly ASTNode[], lowering: Lowering): Expr | undefined {
  const [first, second] = args;
  if (name === "has" && first !== undefined && args.length === 1) return lowerHas(first, lowering);
  if (name === "matches" && first !== undefined && second !== undefined && args.length === 2) {
    return lowerMatches(first, second, lowering);
  }
  if (name === "pseudonym" && first !== undefined && args.length === 1) return lowerPseudonym(first, lowering);
  const known = FUNCTIONS.get(name);
  if (known?.arity === args.length) return lowerArguments(known, args, lowering);
  for (const arg of args) lowering.lower(arg, lowering);
  return noFunction(lowering, node.start, name);
}

/** `x.f(...)`. */
export function lowerMethod(
  node: ASTNode,
  name: string,
  receiver: ASTNode,
  args: readonly ASTNode[],
  lowering: Lowering,
): Expr | undefined {
  const [first] = args;
  if (isOptional(receiver)) {
    if (name === "hasValue" && args.length === 0) return lowerHasValue(receiver, lowering);
    if (name === "orValue" && first !== undefined && args.length === 1) return lowerOrValue(receiver, first, lowering);
  }
  const known = METHODS.get(name);
  if (known?.arity === args.length) return lowerArguments(known, [receiver, ...args], lowering);
  // Arguments may name a variable of some macro's own; only the receiver is surely an expression of ours.
  const before = lowering.problems.length;
  if (receiver.op !== "id" || receiver.args !== "cel") lowering.place(receiver, lowering);
  return lowering.problems.length > before ? undefined : noFunction(lowering, node.start, name);
}

function lowerArguments(known: LanguageFunction, nodes: readonly ASTNode[], lowering: Lowering): Expr | undefined {
  const { name, isBounded } = known;
  return passing(lowering, name, () => {
    const args = nodes.map((node) => lowerArgument(known, node, lowering));
    const bound = nodes.at(-1);
    if (isBounded && bound && !(bound.op === "value" && typeof bound.args === "bigint")) {
      const message = `how much \`${name}\` takes must be written out`;
      return report(lowering, "CS302", bound.start, message, `Write \`${name}(x, 3)\`, a whole number.`);
    }
    return args.includes(undefined) ? undefined : { op: "call", name, args: args as readonly Expr[] };
  });
}

/** Rows can be counted, and no more. */
function lowerArgument({ name }: LanguageFunction, node: ASTNode, lowering: Lowering): Expr | undefined {
  const place = lowering.place(node, lowering);
  return name === "size" && place.kind === "rows" && !place.of.isOne
    ? place.expr
    : lowering.asValue(place, node, lowering);
}

/** A pattern is part of the map: written out, it can be checked, and no data choose what is matched. */
function lowerMatches(text: ASTNode, pattern: ASTNode, lowering: Lowering): Expr | undefined {
  const of = passing(lowering, "matches", () => lowering.lower(text, lowering));
  if (pattern.op !== "value" || typeof pattern.args !== "string") {
    lowering.lower(pattern, lowering);
    const fix = 'Write `matches(x, "^[a-z]+$")`, the pattern in quotes.';
    return report(lowering, "CS311", pattern.start, "a pattern must be written out", fix);
  }
  const problem = checkPattern(pattern.args);
  if (problem === null) return of && { op: "matches", of, pattern: pattern.args };
  const fix = "Write it in RE2 syntax, or compare with `startsWith`, `contains` or `in`.";
  return report(lowering, "CS311", pattern.start, problem.problem, fix);
}

/** The name of the attribute is part of what a pseudonym is made of, so it must be one. */
function lowerPseudonym(node: ASTNode, lowering: Lowering): Expr | undefined {
  const of = passing(lowering, "pseudonym", () => lowering.lower(node, lowering));
  if (of === undefined) return undefined;
  if (of.op === "ref") return { op: "pseudonym", of, attribute: printReference(of.ref) };
  const fix = "Write `pseudonym(staff.licenceNo)`, the value as it is declared.";
  return report(lowering, "CS302", node.start, "a pseudonym is made of a declared value itself", fix);
}
