import type { ReadMap } from "../../claims/claim-map.ts";
import { finding } from "../../claims/codes.ts";
import type { Finding } from "../../claims/finding.ts";
import type { Plan } from "../../claims/plan.ts";
import { COUNTED, type Counted, type CoverageItem } from "./coverage-item.ts";
import { coverageItems } from "./coverage-items.ts";
import { definitionsOf } from "./definitions.ts";
import { writtenPath } from "./written-path.ts";

/** How much of a map its tests show. */
export type Coverage = {
  readonly counts: { readonly [kind in Counted]: Count };
  readonly total: Count;
  /** What no test shows, with its place in the map (CS9xx), in the order of the file. */
  readonly findings: readonly Finding[];
};

export type Count = { readonly covered: number; readonly of: number };

/** Something that a test can show, of every profile that has it: what stands in the map once counts once. */
type Part = Omit<CoverageItem, "profile"> & {
  readonly profiles: readonly (string | null)[];
  readonly isCovered: boolean;
};

/** Compares what there is in a map with the marks its tests left. */
export function coverageOf(plan: Plan, read: ReadMap, marks: ReadonlySet<string>): Coverage {
  const parts = partsOfMap(plan, read, marks);
  const count = (some: readonly Part[]): Count => ({
    covered: some.filter(({ isCovered }) => isCovered).length,
    of: some.length,
  });
  // Of a profile that no test reaches there is nothing else to say.
  const unreached = parts.flatMap(({ code, profiles, isCovered }) => (code === "CS901" && !isCovered ? profiles : []));
  const isTold = ({ code, profiles, isCovered }: Part): boolean =>
    !isCovered && (code === "CS901" || profiles.some((profile) => !unreached.includes(profile)));
  return {
    counts: Object.fromEntries(
      COUNTED.map((kind) => [kind, count(parts.filter((part) => part.kind === kind))]),
    ) as Coverage["counts"],
    total: count(parts),
    findings: parts
      .filter(isTold)
      .map(({ code, path, message, fix }) => finding(code, path, read.at(path), message, fix))
      .toSorted((one, other) => one.line - other.line || one.column - other.column),
  };
}

function partsOfMap(plan: Plan, read: ReadMap, marks: ReadonlySet<string>): readonly Part[] {
  const parts = new Map<string, Part>();
  for (const { profile, ...item } of coverageItems(plan, definitionsOf(read))) {
    const path = writtenPath(read.map, item.path);
    const key = JSON.stringify([item.code, path, item.message]);
    const twin = parts.get(key);
    parts.set(key, {
      ...item,
      path,
      profiles: [...(twin?.profiles ?? []), profile],
      isCovered: twin?.isCovered === true || item.marks.some((mark) => marks.has(mark)),
    });
  }
  return [...parts.values()];
}

/** 100 only where nothing is left. */
export function percentOf({ covered, of }: Count): number {
  return of === 0 ? 100 : Math.floor((covered / of) * 100);
}
