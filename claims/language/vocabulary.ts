import type { MapPath, ReadMap } from "../claim-map.ts";
import type { PlanType, Reference } from "../plan.ts";
import { type TypeChecker, typeChecker } from "./cel-environment.ts";
import type { Compilation } from "./compilation.ts";
import type { KnownValues } from "./known-values.ts";
import { OUTSIDE_ROOTS, PROVIDER_ROOT } from "./language.ts";
import { declarationPath, printReference } from "./reference.ts";

/** What the expressions of one map may name. */
export type Vocabulary = {
  readonly types: TypeChecker;
  /** Whether fields follow: `user`, `client`, `client.metadata`, `def`, a source of one row. */
  readonly isRow: (path: Reference) => boolean;
  /** Sources of several rows. */
  readonly rows: ReadonlySet<string>;
  /** The type of a declared value. */
  readonly typeOf: (reference: Reference) => PlanType | undefined;
  /** What stands under `def`. */
  readonly definitions: ReadonlyMap<string, Compilation>;
  /** Whether an earlier finding already says what is wrong with this name. */
  readonly isSettled: (reference: Reference) => boolean;
  /** The names that may follow a row; the roots for none. */
  readonly fields: (path: readonly string[]) => readonly string[];
};

/** The vocabulary of a map whose declarations were read, with the definitions that were compiled before. */
export function vocabularyOf(
  read: ReadMap,
  known: KnownValues,
  definitions: ReadonlyMap<string, Compilation> = new Map(),
): Vocabulary {
  const { sources, define } = read.map;
  const values = [...known.values.values()];
  // Under one of CEL's own names a source cannot be read; the check of names says so.
  const isHidden = (name: string): boolean => OUTSIDE_ROOTS.has(name) && Object.hasOwn(sources, name);
  const declared = values.map(({ reference }) => reference[0]).filter((root) => !isHidden(root));
  const listed = Object.keys(sources).filter((name) => !isHidden(name));
  const roots = [...new Set(["user", "client", ...declared, ...listed, ...(hasNames(define) ? ["def"] : [])])];
  const single = new Set(values.flatMap(({ reference }) => (reference.length === 1 ? [reference[0]] : [])));
  const rows = new Set([...roots.filter((root) => !single.has(root)), "client.metadata"]);
  const written = new Map(
    [...definitions].flatMap(([name, { compiled }]) => (compiled ? [[name, compiled.type] as const] : [])),
  );
  return {
    types: typeChecker(known, roots, written),
    isRow: (path) => rows.has(path.join(".")),
    rows: known.rows,
    typeOf: (reference) => known.values.get(printReference(reference))?.declaration.type,
    definitions,
    isSettled: (reference) =>
      known.unusable.has(printReference(reference)) ||
      isHidden(reference[0]) ||
      (reference[0] === "def" && reference.length > 1 && Object.hasOwn(define, reference[1] as string)) ||
      read.broken(reference.length === 1 ? rootPath(reference[0]) : declarationPath(reference)),
    fields: (path) => {
      if (path.length === 0) return roots;
      if (path.length === 1 && path[0] === "def") return Object.keys(define);
      return values.flatMap(({ reference }) =>
        path.length + 1 === reference.length && path.every((step, index) => reference[index] === step)
          ? [reference.at(-1) as string]
          : [],
      );
    },
  };
}

/** The vocabulary of what one identity provider sends: nothing of the map's own, since nobody has signed in yet. */
export function providerVocabulary(read: ReadMap, known: KnownValues, provider: MapPath): Vocabulary {
  return {
    types: typeChecker(known, [PROVIDER_ROOT], new Map()),
    isRow: (path) => path.length === 1 && path[0] === PROVIDER_ROOT,
    rows: known.rows,
    typeOf: (reference) => known.values.get(printReference(reference))?.declaration.type,
    definitions: new Map(),
    isSettled: ([root, name]) =>
      root === PROVIDER_ROOT &&
      name !== undefined &&
      (known.unusable.has(printReference([root, name])) || read.broken([...provider, "attributes", name])),
    fields: ([root]) =>
      root === undefined ? [PROVIDER_ROOT] : [...known.values.values()].map(({ reference }) => reference[1] as string),
  };
}

function rootPath(root: string): readonly string[] {
  if (root === "tenant" || root === "partition") return [root];
  return root === "def" ? ["define"] : ["sources", root];
}

function hasNames(record: object): boolean {
  return Object.keys(record).length > 0;
}
