import { kmsCells } from "./kms-cells.ts";
import { runCells } from "./run-cells.ts";

runCells(kmsCells);
