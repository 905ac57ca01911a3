import type { Expr, FunctionName, PlanType, Reference } from "../plan.ts";
import { FUNCTIONS, METHODS } from "./language.ts";

/** Types of what an expression reads. */
export type Types = {
  readonly reference: (reference: Reference) => PlanType | undefined;
  readonly variable: (name: string) => PlanType | undefined;
};

/**
 * The type of an expression, supposing that it has one: operands are not held against each other, CEL does that.
 * `undefined` where the type does not show: an empty list, or what a problem is known of already.
 */
export function exprType(expr: Expr, types: Types): PlanType | undefined {
  switch (expr.op) {
    case "string":
    case "bool":
    case "int":
    case "double":
      return expr.op;
    case "ref":
      return types.reference(expr.ref);
    case "var":
      return types.variable(expr.name);
    case "field":
      return fieldType(exprType(expr.of, types), expr.name);
    case "index":
      return itemType(exprType(expr.of, types));
    case "list":
      return wrapped(firstType(expr.items, types), (list) => ({ list }));
    case "map":
      return wrapped(
        firstType(
          expr.entries.map(([, value]) => value),
          types,
        ),
        (map) => ({ map }),
      );
    case "if":
      return firstType([expr.yes, expr.no], types);
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return firstType([expr.left, expr.right], types);
    case "negate":
      return exprType(expr.of, types);
    case "bind":
      return exprType(expr.body, withVariable(types, expr.name, exprType(expr.value, types)));
    case "filter":
      return wrapped(elementType(exprType(expr.of, types)), (list) => ({ list }));
    case "transform": {
      const element = elementType(exprType(expr.of, types));
      return wrapped(exprType(expr.body, withVariable(types, expr.name, element)), (list) => ({ list }));
    }
    case "call":
      return resultType(expr.name, expr.args, types);
    case "pseudonym":
      return "string";
    default:
      return "bool";
  }
}

/** The types inside a macro or a binding, where a name stands for something more. */
export function withVariable(types: Types, name: string, type: PlanType | undefined): Types {
  return { ...types, variable: (other) => (other === name ? type : types.variable(other)) };
}

/** What a macro goes through: items of a list, keys of a map. */
export function elementType(type: PlanType | undefined): PlanType | undefined {
  if (typeof type !== "object") return undefined;
  return "list" in type ? type.list : "map" in type ? "string" : undefined;
}

/** The type of a field of a `map` with declared fields. */
export function fieldType(type: PlanType | undefined, name: string): PlanType | undefined {
  if (typeof type !== "object" || !("fields" in type)) return undefined;
  return Object.hasOwn(type.fields, name) ? type.fields[name]?.type : undefined;
}

function itemType(type: PlanType | undefined): PlanType | undefined {
  if (typeof type !== "object") return undefined;
  return "list" in type ? type.list : "map" in type ? type.map : undefined;
}

function resultType(name: FunctionName, args: readonly Expr[], types: Types): PlanType | undefined {
  const result = (FUNCTIONS.get(name) ?? METHODS.get(name))?.result;
  if (result !== "as its argument" && result !== "as its items") return result;
  const [of] = args;
  const type = of && exprType(of, types);
  return result === "as its argument" ? type : itemType(type);
}

function firstType(exprs: readonly Expr[], types: Types): PlanType | undefined {
  for (const expr of exprs) {
    const type = exprType(expr, types);
    if (type !== undefined) return type;
  }
  return undefined;
}

function wrapped(type: PlanType | undefined, wrap: (type: PlanType) => PlanType): PlanType | undefined {
  return type === undefined ? undefined : wrap(type);
}
