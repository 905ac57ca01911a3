/** One fault, as the page has it. */
export type MatrixRow = {
  readonly id: string;
  readonly dependency: string;
  readonly fault: string;
  readonly gets: string;
  readonly token: string;
  readonly codes: readonly string[];
  readonly metrics: readonly string[];
  readonly within: string;
  readonly tests: readonly string[];
};

/** Where the tests of faults leave what they saw, a file for each. */
export declare const RESULTS: string;

/** The generated part of `docs/reference/failure-matrix.md`. */
export declare function matrixTables(rows: readonly MatrixRow[]): string;
