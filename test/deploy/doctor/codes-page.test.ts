import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CODES } from "../../../deploy/doctor/codes.ts";
import { doctorCodesPage } from "../../../deploy/doctor/codes-page.ts";

test("the page on doctor codes has every check and the form of an export, as `node tools/write-pages.mjs` writes it", () => {
  const [, generated = ""] = readFileSync("docs/reference/doctor-codes.md", "utf8").split(/<!-- generated[^\n]*-->\n/);
  expect(generated.trim()).toBe(doctorCodesPage());
  const told = [...generated.matchAll(/^### (DR\d{3})$/gm)].map(([, code]) => code);
  expect(told).toEqual(Object.keys(CODES));
});

test("every code says in sentences why it matters and what to do", () => {
  for (const { title, why, remedy } of Object.values(CODES)) {
    expect([title.endsWith("."), why.endsWith("."), remedy.endsWith(".")]).toEqual([false, true, true]);
  }
});
