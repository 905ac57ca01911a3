import type { MapPath, ReadMap } from "../../claims/claim-map.ts";
import { finding } from "../../claims/codes.ts";
import type { Finding } from "../../claims/finding.ts";
import type { Plan } from "../../claims/plan.ts";
import { COUNTED, type Counted } from "./coverage-item.ts";
import { coverageItems } from "./coverage-items.ts";
import { writtenPath } from "./written-path.ts";

/** How much of a map its tests show. */
export type Coverage = {
  readonly counts: { readonly [kind in Counted]: Count };
  readonly total: Count;
  /** What no test shows, with its place in the map (CS9xx), in the order of the file. */
  readonly findings: readonly Finding[];
};

export type Count = { readonly covered: number; readonly of: number };

/** Compares what there is in a map with the marks its tests left. */
export function coverageOf(plan: Plan, { map, at }: ReadMap, marks: ReadonlySet<string>): Coverage {
  const items = coverageItems(plan).map((item) => ({ ...item, isCovered: item.marks.some((mark) => marks.has(mark)) }));
  const count = (some: typeof items): Count => ({
    covered: some.filter(({ isCovered }) => isCovered).length,
    of: some.length,
  });
  const place = (path: MapPath): MapPath => writtenPath(map, path);
  // Of a profile that no test reaches there is nothing else to say.
  const unreached = items.flatMap(({ code, profile, isCovered }) => (code === "CS901" && !isCovered ? [profile] : []));
  return {
    counts: Object.fromEntries(
      COUNTED.map((kind) => [kind, count(items.filter((item) => item.kind === kind))]),
    ) as Coverage["counts"],
    total: count(items),
    findings: items
      .filter(({ isCovered, code, profile }) => !isCovered && (code === "CS901" || !unreached.includes(profile)))
      .map(({ code, path, message, fix }) => finding(code, place(path), at(place(path)), message, fix))
      .toSorted((one, other) => one.line - other.line || one.column - other.column),
  };
}

/** 100 only where nothing is left. */
export function percentOf({ covered, of }: Count): number {
  return of === 0 ? 100 : Math.floor((covered / of) * 100);
}
