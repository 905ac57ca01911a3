/** What `check` says of one place in a map. */
export type Finding = {
  /** `CSnnn`; the catalogue is `codes.ts`. */
  readonly code: string;
  readonly level: "error" | "warning" | "info";
  /** The place in the map as steps, so names may hold dots and colons: `["profiles","clinician","claims","email"]`. */
  readonly path: readonly string[];
  /** Line and column from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
};
