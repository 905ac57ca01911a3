import type { Expr, PlanType, Reference } from "../plan.ts";
import { closeName } from "../shape/close-name.ts";
import { anyOf } from "../shape/place.ts";
import { LATER_ROOTS, OUTSIDE_ROOTS } from "./language.ts";
import { printReference } from "./reference.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What is wrong at one place of an expression. */
export type Problem = {
  readonly code: string;
  /** Characters from the start of the expression. */
  readonly offset: number;
  readonly message: string;
  readonly fix: string;
};

/** A value an expression reads, where, and what becomes of it there. */
export type Read = {
  readonly reference: Reference;
  /** Characters from the start of the expression. */
  readonly offset: number;
  /** The functions around it, the innermost first; `map` for a map of literals that it chooses an entry of. */
  readonly through: readonly string[];
  /** It can only make the whole expression true, never false: `"LITERAL" in request.scopes` under `&&` and `||` alone. */
  readonly isMonotone: boolean;
};

/** One expression under translation: what it may name, and what was found in it so far. */
export type Lowering = {
  readonly vocabulary: Vocabulary;
  readonly isMachine: boolean;
  readonly problems: Problem[];
  readonly reads: Read[];
};

/** Where an access leads: to a value, to a row whose fields are values, or to a problem somebody has heard of. */
export type Place =
  | { readonly kind: "value"; readonly expr: Expr }
  | { readonly kind: "row"; readonly path: Reference }
  | { readonly kind: "nowhere" };

export const NOWHERE: Place = { kind: "nowhere" };

/** Notes a problem; what is wrong has no tree. */
export function report(lowering: Lowering, code: string, offset: number, message: string, fix: string): undefined {
  lowering.problems.push({ code, offset, message, fix });
  return undefined;
}

/** Notes something the language has and this version has not. */
export function later(lowering: Lowering, offset: number, name: string): undefined {
  return report(lowering, "CS109", offset, `\`${name}\` is not in this version`, "Write the expression without it.");
}

/** Notes a row that stands where a value must. */
export function notAValue(lowering: Lowering, offset: number, path: Reference): undefined {
  const row = printReference(path);
  return report(lowering, "CS303", offset, `\`${row}\` is no value`, `Name one of its fields: \`${row}.<name>\`.`);
}

/** The row a bare name stands for. */
export function enterRoot(lowering: Lowering, name: string, offset: number): Place {
  const { vocabulary, isMachine } = lowering;
  if (name === "user" && isMachine) {
    report(lowering, "CS309", offset, "a machine has no `user`", "Read `client.id`, or a source keyed by it.");
    return NOWHERE;
  }
  if (vocabulary.isRow([name])) return { kind: "row", path: [name] };
  if (vocabulary.isSettled([name])) return NOWHERE;
  if (LATER_ROOTS.has(name)) later(lowering, offset, name);
  else if (OUTSIDE_ROOTS.has(name)) {
    report(lowering, "CS307", offset, `\`${name}\` is outside the language`, "Compare values, not types.");
  } else {
    const roots = vocabulary.fields([]);
    const close = closeName(name, roots);
    const fix = close ? `Write \`${close}\`.` : `Expressions start from ${anyOf(roots)}.`;
    report(lowering, "CS303", offset, `\`${name}\` is not declared`, fix);
  }
  return NOWHERE;
}

/** The field `name` of the row at `path`, read at `offset`; the name itself stands at `at`. */
export function enterField(lowering: Lowering, path: Reference, name: string, offset: number, at: number): Place {
  const { vocabulary, reads } = lowering;
  const reference: Reference = [...path, name];
  if (vocabulary.isRow(reference)) return { kind: "row", path: reference };
  if (vocabulary.typeOf(reference) !== undefined) {
    reads.push({ reference, offset, through: [], isMonotone: false });
    return { kind: "value", expr: { op: "ref", ref: reference } };
  }
  if (!vocabulary.isSettled(reference)) {
    const close = closeName(name, vocabulary.fields(path));
    const fix = close
      ? `Write \`${printReference([...path, close])}\`, or declare it.`
      : `Declare \`${printReference(reference)}\`.`;
    report(lowering, "CS303", at, `\`${printReference(path)}\` has no declared \`${name}\``, fix);
  }
  return NOWHERE;
}

/** Notes a field whose name is worked out: no check could say which class it reads. */
export function computedField(lowering: Lowering, path: Reference, offset: number): Place {
  const row = printReference(path);
  report(
    lowering,
    "CS304",
    offset,
    `which field of \`${row}\` is read must be written out`,
    `Write \`${row}["<name>"]\`, a name in quotes.`,
  );
  return NOWHERE;
}

/** The type of a reference or of an entry of a map value; `undefined` for all that CEL's own check types. */
export function staticType(expr: Expr, vocabulary: Vocabulary): PlanType | undefined {
  if (expr.op === "ref") return vocabulary.typeOf(expr.ref);
  if (expr.op !== "index" || expr.at.op !== "string") return undefined;
  const type = staticType(expr.of, vocabulary);
  return typeof type === "object" && "map" in type ? type.map : undefined;
}
