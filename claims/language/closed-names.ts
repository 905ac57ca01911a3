import type { Expr, PlanType, Reference } from "../plan.ts";
import { closeName } from "../shape/close-name.ts";
import { anyOf } from "../shape/place.ts";
import type { Compilation } from "./compilation.ts";
import { macroDepth } from "./expr-parts.ts";
import { fieldType } from "./expr-type.ts";
import { OUTSIDE_ROOTS, PROVIDER_ROOT, ROOTS } from "./language.ts";
import { LIMITS } from "./limits.ts";
import { goThrough, type Lowering, NOWHERE, type Place, report, typeAt, valuePlace } from "./lowering.ts";
import { printReference } from "./reference.ts";
import { tooManyMacros } from "./too-much.ts";

/** Names of an expression's own; those of the compiler's making are none. */
const IDENTIFIER = /^[A-Za-z_]\w*$/;

/** What a bare name stands for. */
export function enterRoot(lowering: Lowering, name: string, offset: number): Place {
  const { vocabulary, isMachine, variables, reads } = lowering;
  const variable = variables.get(name);
  if (variable) {
    const expr: Expr = { op: "var", name };
    return variable.rows ? { kind: "rows", expr, of: variable.rows } : valuePlace(expr);
  }
  if (name === "user" && isMachine) {
    report(lowering, "CS309", offset, "a machine has no `user`", "Read `client.id`, or a source keyed by it.");
    return NOWHERE;
  }
  if (vocabulary.isRow([name])) return { kind: "row", path: [name] };
  if (vocabulary.typeOf([name]) !== undefined) {
    reads.push({ reference: [name], offset, through: [], isMonotone: false });
    const expr: Expr = { op: "ref", ref: [name] };
    return vocabulary.rows.has(name) ? { kind: "rows", expr, of: { source: name, isOne: false } } : valuePlace(expr);
  }
  if (!vocabulary.isSettled([name])) unknownRoot(lowering, name, offset);
  return NOWHERE;
}

function unknownRoot(lowering: Lowering, name: string, offset: number): void {
  if (OUTSIDE_ROOTS.has(name)) {
    report(lowering, "CS307", offset, `\`${name}\` is outside the language`, "Compare values, not types.");
    return;
  }
  const names = [...lowering.vocabulary.fields([]), ...lowering.variables.keys()];
  const close = closeName(name, names);
  const section = name === "def" ? "define" : name;
  // What a provider sends is read for the pool alone, and there nothing else is known yet.
  const isElsewhere = name === PROVIDER_ROOT || lowering.vocabulary.isRow([PROVIDER_ROOT]);
  const fix =
    ROOTS.has(name) && !isElsewhere
      ? `Add \`${section}\` to the map.`
      : close
        ? `Write \`${close}\`.`
        : `Expressions start from ${anyOf(names)}.`;
  report(lowering, "CS303", offset, `\`${name}\` is not declared`, fix);
}

/** The field `name` of the row at `path`, read at `offset`; the name itself stands at `at`. */
export function enterField(lowering: Lowering, path: Reference, name: string, offset: number, at: number): Place {
  const { vocabulary, reads } = lowering;
  const reference: Reference = [...path, name];
  if (vocabulary.isRow(reference)) return { kind: "row", path: reference };
  const definition = path.length === 1 && path[0] === "def" ? vocabulary.definitions.get(name) : undefined;
  if (definition) return enterDefinition(lowering, name, definition, offset);
  if (vocabulary.typeOf(reference) !== undefined) {
    reads.push({ reference, offset, through: [], isMonotone: false });
    return valuePlace({ op: "ref", ref: reference });
  }
  if (!vocabulary.isSettled(reference)) {
    const called = `\`${printReference(path)}\``;
    undeclared(lowering, { called, written: path, names: vocabulary.fields(path) }, name, at);
  }
  return NOWHERE;
}

/** A definition stands for its tree: what it reads is read here, through whatever is around it here. */
function enterDefinition(lowering: Lowering, name: string, { compiled, reads }: Compilation, offset: number): Place {
  for (const { isMonotone, ...read } of reads) {
    lowering.reads.push({ ...read, offset, isMonotone: isMonotone && lowering.isMonotone });
  }
  if (compiled === null) return NOWHERE;
  if (lowering.isMachine && reads.some(({ reference }) => reference[0] === "user")) {
    const fix = "Read `client.id`, or a source keyed by it.";
    report(lowering, "CS309", offset, `\`def.${name}\` reads \`user\`, which a machine has not`, fix);
    return NOWHERE;
  }
  if (lowering.macros + macroDepth(compiled.expr) <= LIMITS.macros) return valuePlace(compiled.expr);
  tooManyMacros(lowering, offset);
  return NOWHERE;
}

/** The attribute `name` of one row of a query; read at `offset`, while the name stands at `at`. */
export function enterRowField(
  lowering: Lowering,
  { of: { source, isOne }, expr }: Extract<Place, { readonly kind: "rows" }>,
  name: string,
  offset: number,
  at: number,
): Place {
  const { vocabulary, reads } = lowering;
  if (!isOne) {
    report(lowering, "CS303", at, `\`${source}\` has rows, and each of them its own \`${name}\``, goThrough(source));
    return NOWHERE;
  }
  const reference: Reference = [source, name];
  if (vocabulary.typeOf(reference) !== undefined) {
    reads.push({ reference, offset, through: [], isMonotone: false });
    return valuePlace({ op: "field", of: expr, name });
  }
  if (!vocabulary.isSettled(reference)) {
    const called = `a row of \`${source}\``;
    undeclared(lowering, { called, written: null, names: vocabulary.fields([source]) }, name, at);
  }
  return NOWHERE;
}

/** Whether `of` is a `map` with declared fields. */
export function hasFields(
  type: PlanType | undefined,
): type is { readonly fields: Extract<PlanType, { fields: unknown }>["fields"] } {
  return typeof type === "object" && "fields" in type;
}

/** The declared field `name` of the value `of`, of a type with fields; the name stands at `at`. */
export function enterValueField(lowering: Lowering, of: Expr, name: string, at: number): Expr | undefined {
  const type = typeAt(lowering, of);
  if (fieldType(type, name) !== undefined) return { op: "field", of, name };
  const names = hasFields(type) ? Object.keys(type.fields) : [];
  const written = writtenAs(of);
  const called = written ? `\`${printReference(written)}\`` : "this map";
  return undeclared(lowering, { called, written, names }, name, at);
}

/** How an expression writes a value that has a name. */
function writtenAs(of: Expr): Reference | null {
  if (of.op === "ref") return of.ref;
  return of.op === "var" && IDENTIFIER.test(of.name) ? [of.name] : null;
}

/** What a missing field was asked of: how a message calls it, how an expression writes it if it can, and its fields. */
type Asked = { readonly called: string; readonly written: Reference | null; readonly names: readonly string[] };

/** More names than these are no help. */
const MOST_NAMED = 8;

function undeclared(lowering: Lowering, { called, written, names }: Asked, name: string, at: number): undefined {
  const write = (field: string): string => `\`${written ? printReference([...written, field]) : field}\``;
  const close = closeName(name, names);
  const others = names.length > 0 && names.length <= MOST_NAMED ? `, or read ${anyOf(names)}` : "";
  const fix = close ? `Write ${write(close)}, or declare it.` : `Declare ${write(name)}${others}.`;
  return report(lowering, "CS303", at, `${called} has no declared \`${name}\``, fix);
}

/** Notes a field of a value whose name is worked out. */
export function computedValueField(lowering: Lowering, of: Expr, offset: number): undefined {
  const written = writtenAs(of);
  computedField(lowering, written ? printReference(written) : "map", offset);
}

/** Notes a field whose name is worked out: no check could say which class it reads. */
export function computedField(lowering: Lowering, of: string, offset: number): Place {
  report(
    lowering,
    "CS304",
    offset,
    `which field of \`${of}\` is read must be written out`,
    `Write \`${of}["<name>"]\`, a name in quotes.`,
  );
  return NOWHERE;
}
