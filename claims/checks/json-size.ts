import type { Declaration, Expr, Field, Literal, PlanType, Reference } from "../plan.ts";
import { callBound } from "./call-bounds.ts";
import {
  add,
  BOOL,
  type Bound,
  DOUBLE,
  either,
  eitherOf,
  fieldsOf,
  INT,
  int,
  jsonBytes,
  least,
  list,
  map,
  NOTHING,
  scalar,
  TIMESTAMP,
  text,
} from "./value-bounds.ts";

/** Looks up what was declared of a reference. */
export type DeclarationOf = (reference: Reference) => Declaration | undefined;

/** Bytes of an int within 2^53 - 1, sign included, and of a double: a sign, six zeros and 17 digits. */
const MAX_INT = Number.MAX_SAFE_INTEGER;
const MAX_INT_BYTES = 17;
const MAX_DOUBLE_BYTES = 25;

/** Bytes of a pseudonym: 128 bits of an HMAC in base64url. */
const PSEUDONYM = 22;

/** The most bytes the JSON text of a declared value can have; null where nothing bounds it. */
export function declaredBytes(declaration: Field): number | null {
  return jsonBytes(declaredBound(declaration));
}

/**
 * The most bytes the JSON text of an expression's value can have: exact for references, literals, lists and maps of
 * them and `?:`, never too little for anything else, and null where what it reads is not bounded.
 */
export function worstBytes(expr: Expr, declarationOf: DeclarationOf): number | null {
  return jsonBytes(boundOf(expr, { declarationOf, variables: new Map() }));
}

/** Bytes of a literal's JSON text. */
export function literalBytes(literal: Literal): number {
  return Buffer.byteLength(JSON.stringify(literal));
}

/** `maxLength` binds every text inside, keys of maps too; `values`, `min` and `max` every scalar; fields bind themselves. */
function declaredBound(declaration: Field, type: PlanType = declaration.type): Bound {
  const { maxItems = null, maxLength = null, values } = declaration;
  const listed = values === undefined ? null : Math.max(0, ...values.map(literalBytes));
  if (typeof type === "object") {
    if ("fields" in type) {
      return fieldsOf(new Map(Object.entries(type.fields).map(([name, field]) => [name, declaredBound(field)])));
    }
    if ("list" in type) return list(maxItems, declaredBound(declaration, type.list));
    return map(maxItems, maxLength, declaredBound(declaration, type.map));
  }
  switch (type) {
    case "string":
      return text(least([maxLength, listed === null ? null : Math.max(0, listed - 2)]));
    case "bool":
      return BOOL;
    case "int":
      return int(least([MAX_INT_BYTES, listed, intBytes(declaration)]) ?? MAX_INT_BYTES);
    case "double":
      return scalar(least([MAX_DOUBLE_BYTES, listed]) ?? MAX_DOUBLE_BYTES);
    case "timestamp":
      return TIMESTAMP;
  }
}

/** An int between two others is as long as the longer one; without one of them, 2^53 - 1 takes its place. */
function intBytes({ min = -MAX_INT, max = MAX_INT }: Field): number {
  const within = (bound: number): number => Math.min(MAX_INT, Math.max(-MAX_INT, bound));
  const ends = [Math.ceil(within(Number(min))), Math.floor(within(Number(max)))];
  return Math.max(...ends.map((end) => String(end).length));
}

type Context = { readonly declarationOf: DeclarationOf; readonly variables: ReadonlyMap<string, Bound> };

function boundOf(expr: Expr, context: Context): Bound {
  switch (expr.op) {
    case "string":
      return text(literalBytes(expr.value) - 2);
    case "int":
      return int(Math.min(MAX_INT_BYTES, expr.value.length), expr.value.length);
    case "double":
      return scalar(literalBytes(expr.value));
    case "ref": {
      const declaration = context.declarationOf(expr.ref);
      return declaration ? declaredBound(declaration) : text(null);
    }
    case "var":
      return context.variables.get(expr.name) ?? text(null);
    case "field": {
      const of = boundOf(expr.of, context);
      return of.kind === "fields" ? (of.fields.get(expr.name) ?? NOTHING) : text(null);
    }
    case "list": {
      const items = expr.items.map((item) => boundOf(item, context));
      const whole = add([2, Math.max(0, items.length - 1), ...items.map(jsonBytes)]);
      return list(items.length, eitherOf(items), whole);
    }
    case "map":
      return mapBound(expr, context);
    case "index": {
      const of = boundOf(expr.of, context);
      return of.kind === "list" || of.kind === "map" ? of.item : text(null);
    }
    case "if":
      return either(boundOf(expr.yes, context), boundOf(expr.no, context));
    case "bind":
      return boundOf(expr.body, withBound(context, expr.name, boundOf(expr.value, context)));
    case "filter": {
      const of = boundOf(expr.of, context);
      return of.kind === "map" ? list(of.items, text(of.key)) : of;
    }
    case "transform": {
      const of = boundOf(expr.of, context);
      const element = of.kind === "list" ? of.item : of.kind === "map" ? text(of.key) : text(null);
      const items = of.kind === "list" || of.kind === "map" ? of.items : null;
      return list(items, boundOf(expr.body, withBound(context, expr.name, element)));
    }
    case "call":
      return callBound(
        expr.name,
        expr.args,
        expr.args.map((arg) => boundOf(arg, context)),
      );
    case "pseudonym":
      return text(PSEUDONYM);
    case "+":
      return sumBound(boundOf(expr.left, context), boundOf(expr.right, context));
    case "-":
    case "*":
    case "/":
    case "%":
      return computed(boundOf(expr.left, context));
    case "negate":
      return computed(boundOf(expr.of, context));
    default:
      return BOOL;
  }
}

function withBound({ declarationOf, variables }: Context, name: string, bound: Bound): Context {
  return { declarationOf, variables: new Map([...variables, [name, bound]]) };
}

/** What is computed with an int is an int. */
function computed(operand: Bound): Bound {
  return operand.kind === "int" ? INT : DOUBLE;
}

/** Two texts are one without the quotes between them; two lists share a pair of brackets and gain a comma. */
function sumBound(left: Bound, right: Bound): Bound {
  if (left.kind === "text" && right.kind === "text") return text(add([left.bytes, right.bytes]));
  if (left.kind !== "list" || right.kind !== "list") return left.kind === "text" ? text(null) : computed(left);
  const whole = add([left.bytes, right.bytes, -1]);
  return list(add([left.items, right.items]), either(left.item, right.item), whole);
}

function mapBound({ entries }: Extract<Expr, { readonly op: "map" }>, context: Context): Bound {
  const bounds = entries.map(([key, value]) => [boundOf(key, context), boundOf(value, context)] as const);
  const whole = add([
    2,
    Math.max(0, entries.length - 1),
    ...bounds.flatMap(([key, value]) => [jsonBytes(key), 1, jsonBytes(value)]),
  ]);
  const keys = eitherOf(bounds.map(([key]) => key));
  const values = eitherOf(bounds.map(([, value]) => value));
  return map(entries.length, keys.kind === "text" ? keys.bytes : 0, values, whole);
}
