import type { ASTNode } from "@marcbachmann/cel-js";
import type { Expr, PlanType, Reference } from "../plan.ts";
import { closeName } from "../shape/close-name.ts";
import type { Problem, Read } from "./compilation.ts";
import { exprType } from "./expr-type.ts";
import { FORMS } from "./language.ts";
import { printReference } from "./reference.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What a name of the expression's own stands for; rows of a query are no values. */
export type Variable = { readonly type: PlanType | undefined; readonly rows: RowsOf | null };

/** The source that rows come from: all of them, or one. */
export type RowsOf = { readonly source: string; readonly isOne: boolean };

/** One expression under translation: what it may name where, and what was found in it so far. */
export type Lowering = {
  readonly vocabulary: Vocabulary;
  readonly isMachine: boolean;
  readonly problems: Problem[];
  readonly reads: Read[];
  readonly variables: ReadonlyMap<string, Variable>;
  /** Macros around this place. */
  readonly macros: number;
  /** Only `&&` and `||` are between this place and the whole. */
  readonly isMonotone: boolean;
  /** Lowers any node, as a value or as a place. */
  readonly lower: (node: ASTNode, lowering: Lowering) => Expr | undefined;
  readonly place: (node: ASTNode, lowering: Lowering) => Place;
  /** The value a place is; `undefined` with a problem for a row. */
  readonly asValue: (place: Place, node: ASTNode, lowering: Lowering) => Expr | undefined;
};

/**
 * Where an access leads: to a value; to a row whose fields are values; to the rows of a query, or to one of them; or to
 * a problem somebody has heard of.
 */
export type Place =
  | { readonly kind: "value"; readonly expr: Expr }
  | { readonly kind: "row"; readonly path: Reference }
  | { readonly kind: "rows"; readonly expr: Expr; readonly of: RowsOf }
  | { readonly kind: "nowhere" };

/** `a.b`, `a["b"]`, `a.?b`, `a[?"b"]`. */
export type Access = Extract<ASTNode, { readonly op: "." | "[]" | ".?" | "[?]" }>;

export const NOWHERE: Place = { kind: "nowhere" };

export function valuePlace(expr: Expr | undefined): Place {
  return expr ? { kind: "value", expr } : NOWHERE;
}

/** Notes a problem; what is wrong has no tree. */
export function report(lowering: Lowering, code: string, offset: number, message: string, fix: string): undefined {
  lowering.problems.push({ code, offset, message, fix });
  return undefined;
}

/** Notes something that stands where a value must: a row, or rows. */
export function notAValue(lowering: Lowering, offset: number, place: Place): undefined {
  if (place.kind === "row") {
    const row = printReference(place.path);
    const fix =
      place.path[0] === "def" ? "Name a definition: `def.<name>`." : `Name one of its fields: \`${row}.<name>\`.`;
    return report(lowering, "CS303", offset, `\`${row}\` is no value`, fix);
  }
  if (place.kind !== "rows") return undefined;
  const { source, isOne } = place.of;
  return isOne
    ? report(lowering, "CS303", offset, `a row of \`${source}\` is no value`, "Name one of its fields.")
    : report(lowering, "CS303", offset, `\`${source}\` is no value: it has rows`, goThrough(source));
}

/** What to write instead of naming several rows. */
export function goThrough(source: string): string {
  return `Go through them: \`${source}.exists(row, row.<name> == "...")\`, \`${source}.map(row, row.<name>)\`.`;
}

/** Notes a function the language has not, or not so. */
export function noFunction(lowering: Lowering, offset: number, name: string): undefined {
  const written = FORMS.get(name);
  const close = closeName(name, [...FORMS.keys()]);
  const fix = written ?? (close && FORMS.get(close));
  return report(
    lowering,
    "CS307",
    offset,
    written ? `\`${name}\` is written \`${written}\`` : `the language has no function \`${name}\``,
    fix ? `Write \`${fix}\`.` : `Functions are ${[...FORMS.keys()].join(", ")}.`,
  );
}

/** Lowers what stands inside a function, and notes the function with every value read in there. */
export function passing<T>({ reads }: Lowering, name: string, lower: () => T): T {
  const from = reads.length;
  const lowered = lower();
  notePassing(reads, from, reads.length, name);
  return lowered;
}

/** Notes that the reads from one place in their list up to another pass a function. */
export function notePassing(reads: Read[], from: number, to: number, name: string): void {
  for (const [index, read] of reads.slice(from, to).entries()) {
    reads[from + index] = { ...read, through: [...read.through, name] };
  }
}

/** A map whose keys are all written out: what it is asked with chooses one of its entries, and shows in nothing else. */
export function isEnumerated(expr: Expr): boolean {
  return expr.op === "map" && expr.entries.every(([key]) => key.op === "string");
}

/** The name a field is asked for by, if it is written out, and where it stands. */
export function nameIn(node: Access): { readonly name: string | undefined; readonly at: number } {
  const at = node.args[1];
  if (typeof at === "string") return { name: at, at: node.pos };
  return { name: at.op === "value" && typeof at.args === "string" ? at.args : undefined, at: at.start };
}

/** The inside of an operand that can make the whole false as well. */
export function inside(lowering: Lowering): Lowering {
  return lowering.isMonotone ? { ...lowering, isMonotone: false } : lowering;
}

/** The type of an expression, with the names of its place. */
export function typeAt({ vocabulary, variables }: Lowering, expr: Expr): PlanType | undefined {
  return exprType(expr, { reference: vocabulary.typeOf, variable: (name) => variables.get(name)?.type });
}
