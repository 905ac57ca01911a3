import type { MatrixRow } from "../../tools/write-failure-matrix.mjs";
import type { Cell } from "./cell.ts";
import { dynamodbCells } from "./dynamodb-cells.ts";
import { kmsCells } from "./kms-cells.ts";
import { readerCells } from "./reader-cells.ts";
import { runtimeCells } from "./runtime-cells.ts";

export type CellTest = `test/faults/${"dynamodb" | "kms" | "reader" | "runtime"}.test.ts`;

/** Every cell, by the test file that runs it. */
export const CELLS: Readonly<Record<CellTest, readonly Cell[]>> = {
  "test/faults/dynamodb.test.ts": dynamodbCells,
  "test/faults/kms.test.ts": kmsCells,
  "test/faults/reader.test.ts": readerCells,
  "test/faults/runtime.test.ts": runtimeCells,
};

/** A cell as the page shows it. */
export function rowOf(file: string, cell: Cell): MatrixRow {
  const { id, dependency, fault, gets, token, codes, metrics = [], within, also = [] } = cell;
  return { id, dependency, fault, gets, token, codes, metrics, within, tests: [file, ...also] };
}
