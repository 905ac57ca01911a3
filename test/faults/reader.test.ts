import { readerCells } from "./reader-cells.ts";
import { runCells } from "./run-cells.ts";

runCells(readerCells);
