import { runCells } from "./run-cells.ts";

runCells("test/faults/dynamodb.test.ts");
