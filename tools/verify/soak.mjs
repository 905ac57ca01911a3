// The deployed bundle under steady traffic and random faults: `node tools/verify/soak.mjs --help` says how.
import { pathToFileURL } from "node:url";
import { bundled } from "./run-typescript.mjs";

await bundled("tools/verify/soak/services.ts");
await import(pathToFileURL(await bundled("tools/verify/soak/soak.ts")).href);
