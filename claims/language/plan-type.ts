import type { PlanType, Scalar } from "../plan.ts";

/**
 * Type text as a type. `later` is text the language has and this version has not: a `map` whose fields are declared
 * one by one.
 */
export type TypeText = { readonly type: PlanType } | { readonly problem: "unknown" | "later" };

const SCALARS: readonly string[] = ["string", "bool", "int", "double", "timestamp"] satisfies readonly Scalar[];
const LIST = /^list\s*<(.*)>$/s;
const MAP = /^map\s*<\s*string\s*,(.*)>$/s;

/** Nobody writes a type this long; a bound on the text is a bound on the nesting. */
const LONGEST = 200;

/** Reads `string`, `bool`, `int`, `double`, `timestamp`, `list<T>` and `map<string, T>`, blanks allowed. */
export function readPlanType(text: string): TypeText {
  if (text.length > LONGEST) return { problem: "unknown" };
  const trimmed = text.trim();
  if (isScalar(trimmed)) return { type: trimmed };
  if (trimmed === "map") return { problem: "later" };
  const item = LIST.exec(trimmed)?.[1];
  if (item !== undefined) return inside(item, (list) => ({ list }));
  const value = MAP.exec(trimmed)?.[1];
  return value === undefined ? { problem: "unknown" } : inside(value, (map) => ({ map }));
}

/** A type as a map writes it. */
export function writePlanType(type: PlanType): string {
  if (typeof type === "string") return type;
  return "list" in type ? `list<${writePlanType(type.list)}>` : `map<string, ${writePlanType(type.map)}>`;
}

/** The scalar at the bottom of a type: what `values` and `maxLength` bind, at whatever depth. */
export function scalarOf(type: PlanType): Scalar {
  if (typeof type === "string") return type;
  return scalarOf("list" in type ? type.list : type.map);
}

function inside(text: string, wrap: (type: PlanType) => PlanType): TypeText {
  const inner = readPlanType(text);
  return "type" in inner ? { type: wrap(inner.type) } : inner;
}

function isScalar(text: string): text is Scalar {
  return SCALARS.includes(text);
}
