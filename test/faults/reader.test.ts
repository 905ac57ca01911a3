import { runCells } from "./run-cells.ts";

runCells("test/faults/reader.test.ts");
