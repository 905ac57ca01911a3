import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { Finding } from "../../../claims/finding.ts";
import { textReport } from "../../../cli/formats/text.ts";
import { lineOf, MISSPELT_MAP, SMALL_MAP } from "../a-small-map.ts";
import { ran } from "../recorded-io.ts";

const checked = async (text: string, colour = false): Promise<string> =>
  (await ran(["check", "m.yaml"], { "m.yaml": text }, {}, { colour })).out;

test("a finding has its place, what is wrong, the source with a caret, and what to write instead", async () => {
  const line = lineOf(MISSPELT_MAP, "staff.rol ");
  expect(await checked(MISSPELT_MAP)).toBe(
    [
      `m.yaml:${line}:44`,
      "  error CS303  `staff` has no declared `rol`",
      `    ${line - 1} |       - { add: [tills/read] }`,
      `    ${line} |       - { add: [tills/write], when: 'staff.rol == "manager"' }`,
      `       | ${" ".repeat(43)}^`,
      "  fix: Write `staff.role`, or declare it.",
      "",
      "to read more: claimseal check --explain CS303",
      "",
      "m.yaml: 1 error",
    ].join("\n"),
  );
});

/** The manager's rule written out as a block, so that its condition may have any style. */
const block = (condition: string): string =>
  SMALL_MAP.replace(
    `- { add: [tills/write], when: 'staff.role == "manager"' }`,
    `- add: [tills/write]\n        when: ${condition}`,
  );

test.for(["|-", ">-"])("an expression in a block scalar %s is shown once, at its own line", async (style) => {
  const out = await checked(block(`${style}\n          staff.shopId == "s1" ||\n          staff.rol == "manager"`));
  expect(out).toMatch(
    /CS303 {2}`staff` has no declared `rol`\n.*staff\.shopId == "s1" \|\|\n.* {10}staff\.rol == "manager"\n.*\| {17}\^\n {2}fix/,
  );
  expect(out.match(/rol == /g)).toHaveLength(1);
});

test("where YAML reads something else than is written, both are shown", async () => {
  const out = await checked(block(String.raw`"staff.rol == \"manager\""`));
  expect(out).toContain(String.raw`when: "staff.rol == \"manager\""`);
  expect(out).toMatch(/CS303 .*\n {4}\| {5}staff\.rol == "manager"\n {4}\| {11}\^\n/);
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
  const out = await checked(MISSPELT_MAP, true);
  expect(stripVTControlCharacters(out)).toBe(await checked(MISSPELT_MAP));
  const ESCAPE = String.fromCharCode(27);
  const marked = out
    .split(`${ESCAPE}[1m`)
    .slice(1)
    .map((piece) => stripVTControlCharacters(piece.split(`${ESCAPE}[22m`)[0] ?? ""));
  expect(marked).toEqual(["error", "CS303", "^"]);
});
