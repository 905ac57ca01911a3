import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CODES, finding } from "../../claims/codes.ts";

const codes = Object.entries(CODES);

test("a title is a phrase, a reason and a remedy are sentences", () => {
  expect(codes.length).toBeGreaterThan(50);
  for (const [code, { title, why, remedy }] of codes) {
    expect(code).toMatch(/^CS[1-9]\d\d$/);
    expect(title).toMatch(/^(?:[a-z`]|YAML|ID).*[^.]$/);
    expect(why).toMatch(/^[A-Z`].*\.$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  }
});

/** A test that is missing is no mistake in the map. */
const NINES = ["CS901", "CS902", "CS903", "CS904", "CS905"];

test("only what may be meant that way is a warning or an info", () => {
  const levels = (level: string): readonly string[] =>
    codes.flatMap(([code, entry]) => (entry.level === level ? [code] : []));
  expect(levels("warning")).toEqual([
    "CS505",
    "CS601",
    "CS605",
    "CS706",
    "CS801",
    "CS802",
    "CS803",
    "CS806",
    "CS809",
    ...NINES,
  ]);
  expect(levels("info")).toEqual(["CS606", "CS708", "CS712", "CS713", "CS810"]);
});

test("every code of the catalogue is reported somewhere, and none that is not in it", () => {
  // Coverage is reported where tests of maps run.
  const files = ["claims", "local/map-tests"]
    .flatMap((room) => readdirSync(room, { recursive: true, encoding: "utf8" }).map((file) => `${room}/${file}`))
    .filter((file) => file.endsWith(".ts") && file !== "claims/codes.ts");
  const sources = files.map((file) => readFileSync(file, "utf8")).join("\n");
  const reported = new Set([...sources.matchAll(/"(CS\d{3})"/g)].map(([, code = ""]) => code));
  expect([...reported].toSorted()).toEqual(Object.keys(CODES));
});

test("a finding has the level of its code", () => {
  expect(finding("CS706", ["profiles", "p"], { line: 3, column: 7 }, "what", "Do this.")).toEqual({
    code: "CS706",
    level: "warning",
    path: ["profiles", "p"],
    line: 3,
    column: 7,
    message: "what",
    fix: "Do this.",
  });
});
