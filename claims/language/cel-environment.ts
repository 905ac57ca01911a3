import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import type { PlanType } from "../plan.ts";
import type { KnownValues } from "./known-values.ts";
import { readPlanType } from "./plan-type.ts";

const TIMESTAMP = "google.protobuf.Timestamp";

type Schema = { [field: string]: string | Schema };

/** Bounds on one expression, so that no map can exhaust a check: far above what a person writes. */
const LIMITS = { maxAstNodes: 2_000, maxDepth: 64 };

/** The type checker for one map: every root an expression may start from, with the types of what it holds. */
export function celEnvironment({ values }: KnownValues, sources: readonly string[]): Environment {
  const roots = new Map<string, Schema>(["user", "client", ...sources].map((root) => [root, emptySchema()]));
  for (const { reference, declaration } of values.values()) {
    const [root, ...rest] = reference;
    let schema = roots.get(root);
    for (const step of rest.slice(0, -1)) schema = schema && inner(schema, step);
    const field = rest.at(-1);
    if (schema && field !== undefined) schema[field] = celType(declaration.type);
  }
  // CEL's own library has no conversion of timestamps to text and numbers; with a type, they can be refused by name.
  const environment = new Environment({ enableOptionalTypes: true, limits: LIMITS })
    .registerFunction(`int(${TIMESTAMP}): int`, unused)
    .registerFunction(`string(${TIMESTAMP}): string`, unused);
  for (const [name, schema] of roots) register(environment, name, schema);
  return environment;
}

/** The type CEL found for a node; `undefined` for a type no declaration can have (durations, bytes, dyn). */
export function typeOf(node: ASTNode): PlanType | undefined {
  const name = celTypeName(node);
  // An empty list is a `list<T>`: of no type in particular, so text will do.
  const read = readPlanType((name ?? "").replaceAll(TIMESTAMP, "timestamp").replaceAll(/\b[A-Z]\b/g, "string"));
  return "type" in read ? read.type : undefined;
}

/** CEL's name for the type of a checked node. The library sets it on every node it checks, and does not declare it. */
export function celTypeName(node: ASTNode): string | undefined {
  return (node as { readonly checkedType?: { readonly name: string } }).checkedType?.name;
}

function celType(type: PlanType): string {
  if (type === "timestamp") return TIMESTAMP;
  if (typeof type === "string") return type;
  if ("list" in type) return `list<${celType(type.list)}>`;
  return "map" in type ? `map<string, ${celType(type.map)}>` : "map<string, string>";
}

function emptySchema(): Schema {
  return Object.create(null) as Schema;
}

function inner(schema: Schema, step: string): Schema {
  const there = schema[step];
  if (typeof there === "object") return there;
  const made = emptySchema();
  schema[step] = made;
  return made;
}

/** A source named like something of CEL's own cannot be registered; a finding of the names says so. */
function register(environment: Environment, name: string, schema: Schema): void {
  if (environment.hasVariable(name)) return;
  try {
    environment.registerVariable({ name, schema });
  } catch {
    // A reserved word: no expression that reads it parses either.
  }
}

function unused(): never {
  throw new Error("expressions are type-checked here, never run");
}
