import { describe } from "vitest";
import { engineFile } from "../../tools/engine-list.mjs";
import { notHere } from "./not-here.ts";
import { genuineClient } from "./runtime-clients.ts";
import { runtimeContract } from "./runtime-contract.ts";

const compiled = engineFile("ric");

describe.for(compiled === null ? [] : [compiled])("our Lambda runtime does as AWS's own", (file) => {
  runtimeContract(genuineClient(file));
});

if (compiled === null) notHere("our Lambda runtime does as AWS's own", "not installed (node tools/engines.mjs --ric)");
