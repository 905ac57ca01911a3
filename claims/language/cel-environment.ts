import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import type { PlanType } from "../plan.ts";
import type { KnownValues } from "./known-values.ts";
import { FUNCTIONS, METHODS, OTHER_SIGNATURES } from "./language.ts";
import { LIMITS } from "./limits.ts";
import { readPlanType } from "./plan-type.ts";

const TIMESTAMP = "google.protobuf.Timestamp";

type Schema = { [field: string]: string | Schema };

/** CEL's checker for one map, and the types it finds. */
export type TypeChecker = {
  readonly environment: Environment;
  /** The type CEL found for a node; `undefined` for a type no declaration can have (durations, bytes, dyn). */
  readonly typeOf: (node: ASTNode) => PlanType | undefined;
};

/** The type checker for one map: every root an expression may start from, with the types of what it holds. */
export function typeChecker(
  { values, rows }: KnownValues,
  rowRoots: readonly string[],
  definitions: ReadonlyMap<string, PlanType>,
): TypeChecker {
  const environment = new Environment({
    enableOptionalTypes: true,
    limits: { maxAstNodes: LIMITS.nodes, maxDepth: LIMITS.depth },
  });
  const structs = registerStructs(environment);
  for (const { signatures } of [...FUNCTIONS.values(), ...METHODS.values(), { signatures: OTHER_SIGNATURES }]) {
    for (const signature of signatures) environment.registerFunction(signature, unused);
  }
  const roots = new Map<string, string | Schema>(rowRoots.map((root) => [root, emptySchema()]));
  for (const { reference, declaration } of values.values()) {
    const [root, ...rest] = reference;
    const type = celType(declaration.type, structs.nameOf);
    if (rest.length === 0) roots.set(root, type);
    else if (!rows.has(root)) setField(roots.get(root), rest, type);
  }
  for (const [name, type] of definitions) setField(roots.get("def"), [name], celType(type, structs.nameOf));
  for (const [name, type] of roots) register(environment, name, type);
  return { environment, typeOf: (node) => planType(celTypeName(node) ?? "", structs.named) };
}

/** CEL's name for the type of a checked node. The library sets it on every node it checks, and does not declare it. */
export function celTypeName(node: ASTNode): string | undefined {
  return (node as { readonly checkedType?: { readonly name: string } }).checkedType?.name;
}

/** CEL's words in the language's: a struct is a `map`, whose name is nobody's business. */
export function inPlainWords(message: string): string {
  return message.replaceAll(/\bfields\.\d+\b/g, "map").replaceAll(TIMESTAMP, "timestamp");
}

type Structs = {
  readonly nameOf: (fields: Extract<PlanType, { readonly fields: unknown }>["fields"]) => string;
  readonly named: ReadonlyMap<string, PlanType>;
};

/**
 * Maps with declared fields as CEL's structs, the same for the same fields, so that two of them go into one list. The
 * library keeps the names of all types it ever saw, so they are numbered: as many as the largest map has.
 */
function registerStructs(environment: Environment): Structs {
  const names = new Map<string, string>();
  const named = new Map<string, PlanType>();
  const nameOf: Structs["nameOf"] = (fields) => {
    const types = Object.entries(fields).map(([name, { type }]) => [name, celType(type, nameOf)] as const);
    const key = JSON.stringify(types.toSorted(([one], [other]) => (one < other ? -1 : 1)));
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = `fields.${names.size}`;
    names.set(key, name);
    const bare = Object.entries(fields).map(([field, { type }]) => [field, { type }] as const);
    named.set(name, { fields: Object.fromEntries(bare) });
    const schema = emptySchema();
    for (const [field, type] of types) schema[field] = type;
    environment.registerType({ name, schema });
    environment.registerOperator(`${name} == ${name}: bool`, unused);
    return name;
  };
  return { nameOf, named };
}

function celType(type: PlanType, nameOf: Structs["nameOf"]): string {
  if (type === "timestamp") return TIMESTAMP;
  if (typeof type === "string") return type;
  if ("fields" in type) return nameOf(type.fields);
  return "list" in type ? `list<${celType(type.list, nameOf)}>` : `map<string, ${celType(type.map, nameOf)}>`;
}

const LIST = /^list<(.*)>$/;
const MAP = /^map<(?:string|[A-Z]), (.*)>$/;

function planType(name: string, structs: Structs["named"]): PlanType | undefined {
  if (name === TIMESTAMP) return "timestamp";
  // An empty list is a `list<T>`: of no type in particular, so text will do.
  if (/^[A-Z]$/.test(name)) return "string";
  const item = LIST.exec(name)?.[1];
  const value = MAP.exec(name)?.[1];
  const inside = planTypeOf(item ?? value, structs);
  if (item !== undefined) return inside && { list: inside };
  if (value !== undefined) return inside && { map: inside };
  const read = readPlanType(name);
  return structs.get(name) ?? ("type" in read ? read.type : undefined);
}

function planTypeOf(name: string | undefined, structs: Structs["named"]): PlanType | undefined {
  return name === undefined ? undefined : planType(name, structs);
}

function emptySchema(): Schema {
  return Object.create(null) as Schema;
}

function setField(root: string | Schema | undefined, path: readonly string[], type: string): void {
  if (typeof root !== "object") return;
  const [field = "", ...deeper] = path;
  if (deeper.length === 0) root[field] = type;
  else {
    root[field] ??= emptySchema();
    setField(root[field], deeper, type);
  }
}

/** A source named like something of CEL's own cannot be registered; a finding of the names says so. */
function register(environment: Environment, name: string, type: string | Schema): void {
  if (environment.hasVariable(name)) return;
  try {
    if (typeof type === "string") environment.registerVariable(name, type);
    else environment.registerVariable({ name, schema: type });
  } catch {
    // A reserved word: no expression that reads it parses either.
  }
}

function unused(): never {
  throw new Error("expressions are type-checked here, never run");
}
