// Writes what is generated from the shape of claim maps anew, after `npm run build`: the list of keys in the
// documentation and the schemas that editors read.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { claimMapSchema } from "../dist/claims/shape/claim-map-schema.js";
import { claimMapShape } from "../dist/claims/shape/claim-map-shape.js";
import { shapePage } from "../dist/claims/shape/shape-page.js";

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const page = file("docs/reference/claim-map.md");
const [written] = readFileSync(page, "utf8").split(/(?<=<!-- generated[^\n]*-->\n)/);
writeFileSync(page, `${written}\n${shapePage(claimMapShape)}\n`);

const schemas = { "schema/claim-map.v1.json": claimMapSchema };
for (const [path, schema] of Object.entries(schemas)) writeFileSync(file(path), JSON.stringify(schema, null, 2));
const biome = [file("node_modules/@biomejs/biome/bin/biome"), "format", "--write", file("schema")];
process.exitCode = spawnSync(process.execPath, biome, { stdio: "inherit" }).status ?? 1;
