import type { Declaration, Expr, Literal, PlanType, Reference, Scalar } from "../plan.ts";

/** Looks up what was declared of a reference. */
export type DeclarationOf = (reference: Reference) => Declaration | undefined;

/**
 * The most bytes a scalar's JSON text can have: `false`; an int within 2^53 - 1; a double, whose longest text has a
 * sign, six zeros and 17 digits; a timestamp as the seconds of a year up to 9999.
 */
const SCALAR_BYTES: { readonly [scalar in Exclude<Scalar, "string">]: number } = {
  bool: 5,
  int: 17,
  double: 25,
  timestamp: 12,
};

/** Bytes of an int of 64 bits as text. */
const INT_TEXT_BYTES = 20;
const QUOTES = 2;

/** The most bytes the JSON text of a declared value can have; null where nothing bounds it. */
export function declaredBytes(declaration: Declaration, type: PlanType = declaration.type): number | null {
  if (typeof type === "object") {
    const { maxItems, maxLength } = declaration;
    if ("fields" in type) return null;
    const item = declaredBytes(declaration, "list" in type ? type.list : type.map);
    if (maxItems === undefined || item === null) return maxItems === 0 ? QUOTES : null;
    if ("list" in type) return enclosed(maxItems, item);
    // A key is a string of the value, so `maxLength` binds it; `values` do not.
    return maxLength === undefined ? null : enclosed(maxItems, maxLength + QUOTES + 1 + item);
  }
  const listed = declaration.values === undefined ? null : Math.max(0, ...declaration.values.map(literalBytes));
  if (type !== "string") return SCALAR_BYTES[type];
  const bounds = [listed, declaration.maxLength === undefined ? null : declaration.maxLength + QUOTES];
  return least(bounds);
}

/**
 * The most bytes the JSON text of an expression's value can have. Exact for references, literals, lists and maps of
 * them and `?:`; null where nothing bounds it, or nothing that can be read off the expression.
 */
export function worstBytes(expr: Expr, type: PlanType, declarationOf: DeclarationOf): number | null {
  const worst = (each: Expr, of: PlanType = type): number | null => worstBytes(each, of, declarationOf);
  // A computed number or truth value is bounded by what it is; a reference may be bounded closer, by its `values`.
  if (typeof type === "string" && type !== "string") return SCALAR_BYTES[type];
  switch (expr.op) {
    case "string":
      return literalBytes(expr.value);
    case "ref": {
      const declaration = declarationOf(expr.ref);
      return declaration ? declaredBytes(declaration) : null;
    }
    case "if":
      return most([worst(expr.yes), worst(expr.no)]);
    case "list":
      return typeof type === "object" && "list" in type
        ? enclosedAll(expr.items.map((item) => worst(item, type.list)))
        : null;
    case "map":
      return typeof type === "object" && "map" in type
        ? enclosedAll(expr.entries.map(([key, value]) => sum([worst(key, "string"), 1, worst(value, type.map)])))
        : null;
    case "index":
      return indexedBytes(expr.of, type, declarationOf);
    case "+":
      // Two texts share a pair of quotes, two lists a pair of brackets and gain a comma.
      return sum([worst(expr.left), worst(expr.right), type === "string" ? -QUOTES : 1 - QUOTES]);
    case "call":
      return calledBytes(expr.name, expr.args, declarationOf);
    default:
      return null;
  }
}

/** Bytes of a literal's JSON text. */
export function literalBytes(literal: Literal): number {
  return Buffer.byteLength(JSON.stringify(literal));
}

/** An item of a declared list or map is bounded like every value in it; one of a literal by the largest there. */
function indexedBytes(of: Expr, type: PlanType, declarationOf: DeclarationOf): number | null {
  switch (of.op) {
    case "ref": {
      const declaration = declarationOf(of.ref);
      return declaration ? declaredBytes(declaration, type) : null;
    }
    case "index":
      return indexedBytes(of.of, type, declarationOf);
    case "list":
      return most(of.items.map((item) => worstBytes(item, type, declarationOf)));
    case "map":
      return most(of.entries.map(([, value]) => worstBytes(value, type, declarationOf)));
    default:
      return null;
  }
}

function calledBytes(
  name: Extract<Expr, { op: "call" }>["name"],
  args: readonly Expr[],
  declarationOf: DeclarationOf,
): number | null {
  const [of] = args;
  if (of === undefined) return null;
  switch (name) {
    // Case and blanks change, bytes do not grow.
    case "lowerAscii":
    case "upperAscii":
    case "trim":
      return worstBytes(of, "string", declarationOf);
    case "string":
      return textBytes(of, declarationOf);
    default:
      return null;
  }
}

/** `string(x)` of a scalar whose type shows. */
function textBytes(of: Expr, declarationOf: DeclarationOf): number | null {
  switch (of.op) {
    case "string":
      return literalBytes(of.value);
    case "bool":
    case "has":
    case "hasKey":
      return SCALAR_BYTES.bool + QUOTES;
    case "int":
      return INT_TEXT_BYTES + QUOTES;
    case "double":
      return SCALAR_BYTES.double + QUOTES;
    case "ref": {
      const declaration = declarationOf(of.ref);
      const bytes = declaration ? declaredBytes(declaration) : null;
      return bytes === null || declaration?.type === "string" ? bytes : bytes + QUOTES;
    }
    default:
      return null;
  }
}

function enclosed(items: number, bytes: number): number {
  return QUOTES + items * bytes + Math.max(0, items - 1);
}

function enclosedAll(items: readonly (number | null)[]): number | null {
  return sum([QUOTES, Math.max(0, items.length - 1), ...items]);
}

function sum(parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((total, part) => (total === null || part === null ? null : total + part), 0);
}

function most(parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((high, part) => (high === null || part === null ? null : Math.max(high, part)), 0);
}

function least(bounds: readonly (number | null)[]): number | null {
  const known = bounds.filter((bound) => bound !== null);
  return known.length > 0 ? Math.min(...known) : null;
}
