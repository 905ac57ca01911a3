import { runCells } from "./run-cells.ts";

runCells("test/faults/runtime.test.ts");
