import { describe } from "vitest";
import { dynamoContract } from "./dynamo-contract.ts";
import { absentEngines, presentEngines } from "./dynamo-engines.ts";
import { notHere } from "./not-here.ts";

describe.for(presentEngines)("what we ask of DynamoDB holds on $name", ({ start }) => {
  dynamoContract(start);
});

for (const { name, reason } of absentEngines) notHere(`what we ask of DynamoDB holds on ${name}`, reason);
