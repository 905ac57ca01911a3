import { dynamodbCells } from "./dynamodb-cells.ts";
import { runCells } from "./run-cells.ts";

runCells(dynamodbCells);
