import type { MapPath } from "../../claims/claim-map.ts";

/** What is counted, in the order of a report. */
export const COUNTED = ["profiles", "claims", "rules", "branches", "outcomes"] as const;
export type Counted = (typeof COUNTED)[number];

/** One thing about a map that a test can show. */
export type CoverageItem = {
  readonly kind: Counted;
  readonly code: "CS901" | "CS902" | "CS903" | "CS904" | "CS905";
  /** Steps to its place, seen from its profile: what stands in a claim set is found by whoever looks it up. */
  readonly path: MapPath;
  /** Null for what belongs to none. */
  readonly profile: string | null;
  /** Any of these marks covers it. */
  readonly marks: readonly string[];
  readonly message: string;
  readonly fix: string;
};
