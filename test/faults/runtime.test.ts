import { runCells } from "./run-cells.ts";
import { runtimeCells } from "./runtime-cells.ts";

runCells(runtimeCells);
