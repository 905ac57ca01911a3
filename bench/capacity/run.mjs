// What so many users cost in calls, quotas and money: `node bench/capacity/run.mjs --help` says how to ask.
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundled } from "../../tools/verify/run-typescript.mjs";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
await import(pathToFileURL(await bundled("bench/capacity/capacity.ts")).href);
