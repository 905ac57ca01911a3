import type { Field, PlanType, Scalar } from "../plan.ts";

/**
 * Type text as a type. `fields` is a `map` without a word of what is in it, `no map` fields of what has none, and
 * `unknown` all other text.
 */
export type TypeText = { readonly type: PlanType } | { readonly problem: "unknown" | "fields" | "no map" };

/** The entries of a `map`, each with a type and bounds of its own. */
type Fields = { readonly [name: string]: Field };

const SCALARS: readonly string[] = ["string", "bool", "int", "double", "timestamp"] satisfies readonly Scalar[];
const LIST = /^list\s*<(.*)>$/s;
const MAP = /^map\s*<\s*string\s*,(.*)>$/s;

/** Nobody writes a type this long; a bound on the text is a bound on the nesting. */
const LONGEST = 200;

/**
 * Reads `string`, `bool`, `int`, `double`, `timestamp`, `list<T>`, `map<string, T>` and `map`, blanks allowed. What is
 * in a `map` is declared beside the type, in `fields`.
 */
export function readPlanType(text: string, fields?: Fields): TypeText {
  if (text.length > LONGEST) return { problem: "unknown" };
  const trimmed = text.trim();
  if (trimmed === "map") return fields ? { type: { fields } } : { problem: "fields" };
  if (isScalar(trimmed)) return fields ? { problem: "no map" } : { type: trimmed };
  const item = LIST.exec(trimmed)?.[1];
  if (item !== undefined) return inside(item, fields, (list) => ({ list }));
  const value = MAP.exec(trimmed)?.[1];
  return value === undefined ? { problem: "unknown" } : inside(value, fields, (map) => ({ map }));
}

/** A type as a map writes it; the fields of a `map` stand beside it. */
export function writePlanType(type: PlanType): string {
  if (typeof type === "string") return type;
  if ("list" in type) return `list<${writePlanType(type.list)}>`;
  return "map" in type ? `map<string, ${writePlanType(type.map)}>` : "map";
}

/**
 * The scalar at the bottom of a type: what `values` and `maxLength` bind, at whatever depth. `undefined` for a `map`,
 * each of whose fields has bounds of its own.
 */
export function scalarOf(type: PlanType): Scalar | undefined {
  if (typeof type === "string") return type;
  if ("list" in type) return scalarOf(type.list);
  return "map" in type ? scalarOf(type.map) : undefined;
}

function inside(text: string, fields: Fields | undefined, wrap: (type: PlanType) => PlanType): TypeText {
  const inner = readPlanType(text, fields);
  return "type" in inner ? { type: wrap(inner.type) } : inner;
}

function isScalar(text: string): text is Scalar {
  return SCALARS.includes(text);
}
