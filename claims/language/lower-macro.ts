import type { ASTNode } from "@marcbachmann/cel-js";
import type { Expr } from "../plan.ts";
import { elementType } from "./expr-type.ts";
import { OUTSIDE_ROOTS, ROOTS } from "./language.ts";
import { LIMITS } from "./limits.ts";
import {
  type Lowering,
  NOWHERE,
  type Place,
  type RowsOf,
  report,
  typeAt,
  type Variable,
  valuePlace,
} from "./lowering.ts";
import { tooManyMacros } from "./too-much.ts";

type Call = Extract<ASTNode, { readonly op: "rcall" }>;

/** Macros by name and number of arguments; the first names an element. */
const MACROS: ReadonlyMap<string, Macro["op"]> = new Map([
  ["all/2", "all"],
  ["exists/2", "exists"],
  ["exists_one/2", "existsOne"],
  ["filter/2", "filter"],
  ["map/2", "transform"],
  ["map/3", "transform"],
]);

type Macro = Extract<Expr, { readonly op: "all" | "exists" | "existsOne" | "filter" | "transform" }>;

export function isMacro(node: ASTNode): node is Call {
  return node.op === "rcall" && MACROS.has(`${node.args[0]}/${node.args[2].length}`);
}

export function isBinding(node: ASTNode): node is Call {
  if (node.op !== "rcall" || node.args[0] !== "bind" || node.args[2].length !== 3) return false;
  return node.args[1].op === "id" && node.args[1].args === "cel";
}

/** `l.exists(e, condition)` and its kin; what is left of the rows of a query are such rows still. */
export function lowerMacro(node: Call, lowering: Lowering): Place {
  const [name, receiver, [variable, ...parts]] = node.args;
  const op = MACROS.get(`${name}/${parts.length + 1}`);
  if (op === undefined || variable?.op !== "id") return NOWHERE;
  const place = lowering.place(receiver, lowering);
  const of = elementsOf(place, receiver, lowering);
  if (of === undefined) return NOWHERE;
  const { macros } = lowering;
  if (macros === LIMITS.macros) tooManyMacros(lowering, node.start);
  const element: Variable = {
    type: elementType(typeAt(lowering, of.expr)),
    rows: of.rows && { ...of.rows, isOne: true },
  };
  const inner = named({ ...lowering, macros: macros + 1 }, variable, element);
  if (inner === undefined || macros === LIMITS.macros) return NOWHERE;
  const lowered = parts.map((part) => lowering.lower(part, inner));
  const [first, second] = lowered;
  if (first === undefined || lowered.includes(undefined)) return NOWHERE;
  const common = { of: of.expr, name: variable.args };
  if (op !== "transform") {
    const expr: Expr = { op, ...common, body: first };
    return op === "filter" && of.rows ? { kind: "rows", expr, of: of.rows } : valuePlace(expr);
  }
  return valuePlace({ op, ...common, ...(second ? { when: first, body: second } : { body: first }) });
}

/** `cel.bind(name, x, value)`. */
export function lowerBinding(node: Call, lowering: Lowering): Place {
  const [variable, bound, body] = node.args[2];
  if (variable?.op !== "id" || bound === undefined || body === undefined) return NOWHERE;
  const place = lowering.place(bound, lowering);
  const value = place.kind === "rows" ? place.expr : lowering.asValue(place, bound, lowering);
  const rows = place.kind === "rows" ? place.of : null;
  const inner = named(lowering, variable, { type: value && typeAt(lowering, value), rows });
  const within = inner && lowering.place(body, inner);
  if (value === undefined || within === undefined || within.kind === "nowhere") return NOWHERE;
  if (within.kind === "row") return within;
  return { ...within, expr: { op: "bind", name: variable.args, value, body: within.expr } };
}

function elementsOf(
  place: Place,
  node: ASTNode,
  lowering: Lowering,
): { readonly expr: Expr; readonly rows: RowsOf | null } | undefined {
  if (place.kind === "rows" && !place.of.isOne) return { expr: place.expr, rows: place.of };
  const expr = lowering.asValue(place, node, lowering);
  return expr && { expr, rows: null };
}

/** A name of the expression's own, which must not hide what the name means outside. */
function named(
  lowering: Lowering,
  node: Extract<ASTNode, { readonly op: "id" }>,
  variable: Variable,
): Lowering | undefined {
  const name = node.args;
  const { variables, vocabulary } = lowering;
  const isTaken = variables.has(name) || ROOTS.has(name) || vocabulary.fields([]).includes(name);
  if (isTaken || OUTSIDE_ROOTS.has(name)) {
    const message = `\`${name}\` already stands for something else here`;
    return report(lowering, "CS301", node.start, message, "Choose another name.");
  }
  return { ...lowering, variables: new Map([...variables, [name, variable]]) };
}
