import type { Environment } from "@marcbachmann/cel-js";
import type { ReadMap } from "../claim-map.ts";
import type { PlanType, Reference } from "../plan.ts";
import { celEnvironment } from "./cel-environment.ts";
import type { Compilation } from "./expression.ts";
import type { KnownValues } from "./known-values.ts";
import { OUTSIDE_ROOTS } from "./language.ts";
import { declarationPath, printReference } from "./reference.ts";

/** What the expressions of one map may name. */
export type Vocabulary = {
  readonly environment: Environment;
  /** Whether fields follow: `user`, `client`, `client.metadata`, a source. */
  readonly isRow: (path: Reference) => boolean;
  /** The type of a declared value. */
  readonly typeOf: (reference: Reference) => PlanType | undefined;
  /** Whether an earlier finding already says what is wrong with this name. */
  readonly isSettled: (reference: Reference) => boolean;
  /** The names that may follow a row; the roots for none. */
  readonly fields: (path: readonly string[]) => readonly string[];
};

/** The vocabulary of a map whose declarations were read. */
export function vocabularyOf(
  read: ReadMap,
  known: KnownValues,
  _definitions: ReadonlyMap<string, Compilation> = new Map(),
): Vocabulary {
  // Under one of CEL's own names a source cannot be read; the check of names says so.
  const sources = Object.keys(read.map.sources).filter((name) => !OUTSIDE_ROOTS.has(name));
  const isHidden = (name: string): boolean => OUTSIDE_ROOTS.has(name) && Object.hasOwn(read.map.sources, name);
  const roots = ["user", "client", ...sources];
  const rows = new Set([...roots, "client.metadata"]);
  return {
    environment: celEnvironment(known, sources),
    isRow: (path) => rows.has(path.join(".")),
    typeOf: (reference) => known.values.get(printReference(reference))?.declaration.type,
    isSettled: (reference) =>
      known.unusable.has(printReference(reference)) ||
      isHidden(reference[0]) ||
      read.broken(reference.length === 1 ? ["sources", reference[0]] : declarationPath(reference)),
    fields: (path) =>
      path.length === 0
        ? roots
        : [...known.values.values()].flatMap(({ reference }) =>
            path.length + 1 === reference.length && path.every((step, index) => reference[index] === step)
              ? [reference.at(-1) as string]
              : [],
          ),
  };
}
