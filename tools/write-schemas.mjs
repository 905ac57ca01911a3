// Writes the schemas that editors and readers of logs use anew, after `npm run build`.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { claimMapSchema } from "../dist/claims/shape/claim-map-schema.js";
import { mapTestSchema } from "../dist/claims/shape/map-test-schema.js";
import { recordSchema } from "../dist/triggers/record-schema.js";

const inProject = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const schemas = {
  "claim-map.v1": claimMapSchema,
  "claim-map-test.v1": mapTestSchema,
  "decision-record.v1": recordSchema,
};
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(inProject(`schema/${name}.json`), JSON.stringify(schema, null, 2));
}
const biome = [inProject("node_modules/@biomejs/biome/bin/biome"), "format", "--write", inProject("schema")];
process.exitCode = spawnSync(process.execPath, biome, { stdio: "inherit" }).status ?? 1;
