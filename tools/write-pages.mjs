// Writes the generated parts of the documentation anew, after `npm run build`.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { claimMapShape } from "../dist/claims/shape/claim-map-shape.js";
import { shapePage } from "../dist/claims/shape/shape-page.js";

const page = fileURLToPath(new URL("../docs/reference/claim-map.md", import.meta.url));
const [written] = readFileSync(page, "utf8").split(/(?<=<!-- generated[^\n]*-->\n)/);
writeFileSync(page, `${written}\n${shapePage(claimMapShape)}\n`);
