import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PARTS } from "../../tools/verify/parts.ts";

const page = readFileSync("docs/reference/assurance.md", "utf8");

test("every row of what the tests try names a test that is there", () => {
  const named = [...page.matchAll(/`(test\/[^`]+\.ts)`: (.+?)(?=<br>| \|$)/gm)];
  const missing = named.filter(([, file = "", title = ""]) => !readFileSync(file, "utf8").includes(title));
  expect(missing.map(([whole]) => whole)).toEqual([]);
  expect(named.length).toBeGreaterThan(9);
});

test("every part of the long run has a row, measured or not", () => {
  const rows = page.slice(page.indexOf("<!-- generated")).split("\n");
  expect(PARTS.filter(({ promise }) => !rows.some((row) => row.startsWith(`| ${promise} | `)))).toEqual([]);
});
