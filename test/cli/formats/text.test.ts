import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { Finding } from "../../../claims/finding.ts";
import { textReport } from "../../../cli/formats/text.ts";
import { ran } from "../recorded-io.ts";

const clinic = readFileSync("mappings/clinic-eu.claims.yaml", "utf8");
const when = (condition: string): Record<string, string> => ({
  "map.claims.yaml": clinic.replace(`'staff.profession == "clerk"'`, condition),
});
const checked = async (files: Record<string, string>): Promise<string> =>
  (await ran(["check", "map.claims.yaml"], files)).out;

test("a finding has its place, what is wrong, the source with a caret, and what to write instead", async () => {
  const out = await checked(when(`'staff.profesion == "clerk"'`));
  const line = out.split(":")[1] ?? "";
  const source = clinic.split("\n");
  expect(out).toBe(
    [
      `map.claims.yaml:${line}:57`,
      "  error CS303  `staff` has no declared `profesion`",
      `    ${Number(line) - 1} | ${source[Number(line) - 2]}`,
      `    ${line} |       - { add: [billing-api/invoice.read], when: 'staff.profesion == "clerk"' }`,
      `    ${" ".repeat(line.length)} | ${" ".repeat(56)}^`,
      "  fix: Write `staff.profession`, or declare it.",
      "",
      "to read more: claimseal check --explain CS303",
      "",
      "map.claims.yaml: 1 error",
    ].join("\n"),
  );
});

/** The clerk's rule written out as a block, so that its condition may have any style. */
const block = (condition: string): Record<string, string> => ({
  "map.claims.yaml": clinic.replace(
    `- { add: [billing-api/invoice.read], when: 'staff.profession == "clerk"' }`,
    `- add: [billing-api/invoice.read]\n        when: ${condition}`,
  ),
});

test.for(["|-", ">-"])("an expression in a block scalar %s is shown once, at its own line", async (style) => {
  const out = await checked(
    block(`${style}\n          staff.clinicId == "c1" ||\n          staff.profesion == "clerk"`),
  );
  expect(out).toMatch(
    /CS303 {2}`staff` has no declared `profesion`\n.*staff\.clinicId == "c1" \|\|\n.* {10}staff\.profesion == "clerk"\n.*\| {17}\^\n {2}fix/,
  );
  expect(out.match(/profesion == /g)).toHaveLength(1);
});

test("where YAML reads something else than is written, both are shown", async () => {
  const out = await checked(block(String.raw`"staff.profesion == \"clerk\""`));
  expect(out).toContain(String.raw`when: "staff.profesion == \"clerk\""`);
  expect(out).toMatch(/CS303 .*\n {4}\| {5}staff\.profesion == "clerk"\n {4}\| {11}\^\n/);
});

test("findings of one place have one excerpt", () => {
  const missing = (key: string): Finding => ({
    code: "CS104",
    level: "error",
    path: ["inputs", "user.email"],
    line: 2,
    column: 3,
    message: `\`${key}\` is missing`,
    fix: "Add it.",
  });
  const text = "inputs:\n  user.email: {}\n";
  const out = textReport({ path: "m.yaml", text, findings: [missing("class"), missing("type")] }, false);
  expect(out.match(/\^/g)).toHaveLength(1);
  expect(out).toMatch(
    /`class` is missing\n.*inputs:\n.*user\.email: \{\}\n.*\^\n.*\n\nm\.yaml:2:3\n.*`type` is missing\n {2}fix/,
  );
});

test("colour makes level, code and caret stand out", async () => {
  const files = when(`'staff.profesion == "clerk"'`);
  const { out } = await ran(["check", "map.claims.yaml"], files, {}, { colour: true });
  expect(stripVTControlCharacters(out)).toBe(await checked(files));
  const ESCAPE = String.fromCharCode(27);
  const marked = out
    .split(`${ESCAPE}[1m`)
    .slice(1)
    .map((piece) => stripVTControlCharacters(piece.split(`${ESCAPE}[22m`)[0] ?? ""));
  expect(marked).toEqual(["error", "CS303", "^"]);
});
