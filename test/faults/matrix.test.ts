import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { matrixTables } from "../../tools/write-failure-matrix.mjs";
import { CELLS, rowOf } from "./cells.ts";
import { runCells } from "./run-cells.ts";

const rows = Object.entries(CELLS).flatMap(([file, cells]) => cells.map((cell) => rowOf(file, cell)));

test("there is one cell for every fault, F01 to F42", () => {
  const all = Array.from({ length: 42 }, (_, index) => `F${String(index + 1).padStart(2, "0")}`);
  expect(rows.map(({ id }) => id).toSorted()).toEqual(all);
});

test("the page says of every cell what its test holds it to, and names tests that are there", () => {
  const [, tables] = readFileSync("docs/reference/failure-matrix.md", "utf8").split(/<!-- generated[^\n]*-->\n/);
  expect(tables).toBe(`\n${matrixTables(rows)}\n`);
  expect(rows.flatMap(({ tests }) => tests).filter((file) => !existsSync(file))).toEqual([]);
});

// The rest runs under `CLAIMSEAL_FAULTS=all` (vitest.config.ts): two of them always, so that nobody notices only then that
// none can run any more.
runCells("test/faults/dynamodb.test.ts", ["F05"]);
runCells("test/faults/kms.test.ts", ["F18"]);
