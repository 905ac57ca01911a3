import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { startDynamoDb } from "../../local/dynamodb.ts";
import { engineFile } from "../../tools/engine-list.mjs";
import { type RunningEngine, startEngine } from "./engine-process.ts";

/** An implementation of DynamoDB that can be started here. */
export type PresentEngine = { readonly name: string; readonly start: () => Promise<RunningEngine> };
/** One that cannot, and why. */
export type AbsentEngine = { readonly name: string; readonly reason: string };

const install = "node tools/engines.mjs";

const engines: readonly (PresentEngine | AbsentEngine)[] = [
  { name: "dynalite, embedded", start: () => startDynamoDb() },
  dynoxide(),
  dynamoDbLocal(),
];

/** The embedded one is always among them. */
export const presentEngines: readonly PresentEngine[] = engines.filter((engine) => "start" in engine);
export const absentEngines: readonly AbsentEngine[] = engines.filter((engine) => "reason" in engine);

function dynoxide(): PresentEngine | AbsentEngine {
  const name = "dynoxide";
  const binary = engineFile("dynoxide");
  if (binary === null) return { name, reason: `not installed (${install})` };
  return {
    name,
    start: () => startEngine((port) => ({ command: binary, args: ["--host", "127.0.0.1", "--port", String(port)] })),
  };
}

/** It cannot be told an address to listen on: it listens on all of them, in memory, while its tests run. */
function dynamoDbLocal(): PresentEngine | AbsentEngine {
  const name = "DynamoDB Local";
  const jar = engineFile("dynamodb-local");
  if (jar === null) return { name, reason: `not installed (${install})` };
  if (spawnSync("java", ["-version"]).status !== 0) return { name, reason: "java not found" };
  const command = "java";
  const options = ["-inMemory", "-sharedDb", "-disableTelemetry"];
  return {
    name,
    start: () =>
      startEngine((port) => ({
        command,
        args: ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", jar, ...options, "-port", String(port)],
        cwd: dirname(jar),
      })),
  };
}
