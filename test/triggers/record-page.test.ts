import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { RECORD_FIELDS } from "../../triggers/record-fields.ts";
import { METRICS } from "../../triggers/record-metrics.ts";
import { logInventory } from "../../triggers/record-page.ts";
import { recordSchema } from "../../triggers/record-schema.ts";
import { Refusal } from "../../triggers/refusal.ts";
import { validator } from "../claims/shape/validator.ts";

const page = readFileSync("docs/reference/log-inventory.md", "utf8");
const [written = "", generated = ""] = page.split(/<!-- generated[^\n]*-->\n/);

test("the log inventory is the one the code makes, as `node tools/write-pages.mjs` writes it", () => {
  expect(generated.trim()).toBe(logInventory());
});

test("the schema in the package is the one made from the fields, as `node tools/write-schemas.mjs` writes it", () => {
  expect(JSON.parse(readFileSync("schema/decision-record.v1.json", "utf8"))).toEqual(recordSchema);
});

test("the inventory's example is a record, and every field and metric has a row that shows what it holds", () => {
  const [, line = ""] = /```json\n(\S[^\n]*)\n```/.exec(page) ?? [];
  const isValid = validator(recordSchema);
  expect(isValid(JSON.parse(line)) ? [] : isValid.errors).toEqual([]);
  const rows = [...generated.matchAll(/^\| `(\w+)` \|.* \|$/gm)].map(([, name]) => name);
  expect(rows).toEqual([...Object.keys(RECORD_FIELDS), ...Object.keys(METRICS)]);
  expect(generated).not.toContain("undefined");
});

test("what the runtime can print of a refusal is what the inventory says: code, detail and the fixed text", () => {
  const refusal = new Refusal("SOURCE_MISSING", 'source "staff"');
  const [, told = ""] = /^\| `ERROR Invoke Error` \|(.*)\|$/m.exec(written) ?? [];
  const shown = Object.keys(refusal).filter((name) => name !== "name");
  expect(shown.filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
  expect(inspect(refusal)).not.toContain("cause");
});

const howTo = readFileSync("docs/how-to/watch-sign-ins.md", "utf8");

test("the how-to wakes people by metrics there are, and for everything an alarm is required for", () => {
  const named = [...howTo.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = ""]) => name);
  expect(named.filter((name) => !(name in METRICS))).toEqual([]);
  // REQ-63, but for the state of keys, which AWS tells.
  const required = ["Faults", "DurationMs", "KmsDenied", "KmsThrottled", "StaleRows", "SizeDrops", "Internal"];
  expect(required.filter((name) => !named.includes(name))).toEqual([]);
  for (const operation of ["DisableKey", "ScheduleKeyDeletion", "PutKeyPolicy"]) expect(howTo).toContain(operation);
});

test("its queries ask for fields and metrics that records have", () => {
  const queries = [...howTo.matchAll(/```\n([^`]*)```/g)].map(([, query = ""]) => query);
  expect(queries).toHaveLength(6);
  const language =
    "filter fields stats sort limit unnest into by as and desc count sum min max avg pct bin m ispresent jsonParse message";
  const known = new Set([...language.split(" "), ...Object.keys(RECORD_FIELDS), ...Object.keys(METRICS)]);
  const parts = ["total", "sources", "seal", "retries", "hedges", "access"];
  const inside = ["claim", "state", "resourceServer", "keyId8", "ageS"];
  for (const query of queries) {
    const text = query.replaceAll(/"[^"]*"/g, "");
    const own = [...text.matchAll(/\b(?:as|into) (\w+)/g)].map(([, name = ""]) => name);
    const strangers = [...text.matchAll(/[A-Za-z_]\w*/g)].map(([word]) => word);
    expect(strangers.filter((word) => ![...known, ...own, ...parts, ...inside].includes(word))).toEqual([]);
  }
});
