// Writes what is generated anew, after `npm run build`: the lists of keys and options in the documentation, every check
// code with its example, and the schemas that editors read.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expressionsPage } from "../dist/claims/language/expressions-page.js";
import { claimMapSchema } from "../dist/claims/shape/claim-map-schema.js";
import { claimMapShape } from "../dist/claims/shape/claim-map-shape.js";
import { mapTestSchema } from "../dist/claims/shape/map-test-schema.js";
import { mapTestShape } from "../dist/claims/shape/map-test-shape.js";
import { shapePage } from "../dist/claims/shape/shape-page.js";
import { codePage } from "../dist/cli/code-page.js";
import { commandPage } from "../dist/cli/command-page.js";
import { allCommands } from "../dist/cli/commands.js";
import { doctorCodesPage } from "../dist/deploy/doctor/codes-page.js";
import { logInventory } from "../dist/triggers/record-page.js";
import { recordSchema } from "../dist/triggers/record-schema.js";

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const pages = {
  "claim-map": shapePage(claimMapShape),
  "map-tests": shapePage(mapTestShape, "the test"),
  expressions: expressionsPage(),
  "command-line": commandPage(await allCommands()),
  "check-codes": await codePage(),
  "doctor-codes": doctorCodesPage(),
  "log-inventory": logInventory(),
};
for (const [name, generated] of Object.entries(pages)) {
  const page = file(`docs/reference/${name}.md`);
  const [written] = readFileSync(page, "utf8").split(/(?<=<!-- generated[^\n]*-->\n)/);
  writeFileSync(page, `${written}\n${generated}\n`);
}

const schemas = {
  "schema/claim-map.v1.json": claimMapSchema,
  "schema/claim-map-test.v1.json": mapTestSchema,
  "schema/decision-record.v1.json": recordSchema,
};
for (const [path, schema] of Object.entries(schemas)) writeFileSync(file(path), JSON.stringify(schema, null, 2));
const biome = [file("node_modules/@biomejs/biome/bin/biome"), "format", "--write", file("schema")];
process.exitCode = spawnSync(process.execPath, biome, { stdio: "inherit" }).status ?? 1;
