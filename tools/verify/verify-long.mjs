// What takes too long for the tests: `node tools/verify/verify-long.mjs --help` says what and how.
import { pathToFileURL } from "node:url";
import { bundled } from "./run-typescript.mjs";

for (const program of ["canary-chunk", "isolation-chunk"]) await bundled(`tools/verify/${program}.ts`);
await import(pathToFileURL(await bundled("tools/verify/verify-long.ts")).href);
