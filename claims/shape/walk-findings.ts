import type { MapPath } from "../claim-map.ts";
import type { SourceProblem } from "../text/source-node.ts";
import type { Place } from "./place.ts";

/** A problem with the steps to where it stands. */
export type PlacedProblem = SourceProblem & { readonly path: MapPath };

/** A path as a key of sets and maps; steps may hold any character. */
export function pathKey(path: MapPath): string {
  return JSON.stringify(path);
}

/** Where a walk over a map puts everything it finds besides values. */
export type WalkFindings = {
  readonly text: string;
  readonly format: "yaml" | "json";
  /** What an expression can start with: the language's own names and the map's sources. */
  readonly names: ReadonlySet<string>;
  readonly problems: PlacedProblem[];
  /** Parts that are left out of the map, by `pathKey`; a finding says why. */
  readonly broken: Set<string>;
  /** Lists that lost items: which were kept, by their index in the file. */
  readonly kept: { readonly path: MapPath; readonly indices: readonly number[] }[];
};

/** Stands for a part that is left out. */
export const leftOut: unique symbol = Symbol("left out");

export function leave(place: Place, found: WalkFindings): typeof leftOut {
  found.broken.add(pathKey(place.path));
  return leftOut;
}

export function report(
  found: WalkFindings,
  { path }: Place,
  code: string,
  offset: number,
  message: string,
  fix: string,
): void {
  found.problems.push({ path, code, offset, message, fix });
}
