import { runCells } from "./run-cells.ts";

runCells("test/faults/kms.test.ts");
