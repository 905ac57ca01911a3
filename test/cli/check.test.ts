import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CODES, type CodeEntry } from "../../claims/codes.ts";
import { ran } from "./recorded-io.ts";

const map = (change: (text: string) => string): Record<string, string> => ({
  "map.claims.yaml": change(readFileSync("mappings/clinic-eu.claims.yaml", "utf8")),
});

test.for(["clinic-eu", "b2b-saas", "platform-m2m"])("mappings/%s passes a strict check", async (name) => {
  const { exit, out } = await ran(["check", `mappings/${name}.claims.yaml`, "--strict"]);
  expect([exit, out]).toEqual([0, `mappings/${name}.claims.yaml: no findings`]);
});

test("a leak ends with exit 5, and says where, what and what to write instead", async () => {
  const files = map((text) =>
    text.replace("sealFor: [care-api], effect: informs }", "to: [access], effect: informs }"),
  );
  const { exit, out } = await ran(["check", "map.claims.yaml"], files);
  expect(exit).toBe(5);
  expect(out).toMatch(/^map\.claims\.yaml:\d+:\d+\n {2}error CS401 {2}.*staff\.licenceNo -> .*\n[\s\S]*\n {2}fix: /);
  expect(out).toMatch(/1 error(, 1 warning)?$/);
});

test("any other error ends with exit 1", async () => {
  const files = map((text) => text.replace("effect: grants, required: true", "effect: grant, required: true"));
  expect(await ran(["check", "map.claims.yaml"], files)).toMatchObject({ exit: 1 });
});

test("a warning ends with exit 0, and with exit 1 under --strict", async () => {
  const files = map((text) => text.replace("class: open, maxLength: 12 }", "class: open }"));
  expect(await ran(["check", "map.claims.yaml"], files)).toMatchObject({
    exit: 0,
    out: expect.stringContaining("warning CS601"),
  });
  expect(await ran(["check", "map.claims.yaml", "--strict"], files)).toMatchObject({ exit: 1 });
});

test("findings as JSON have the form the documents promise", async () => {
  const files = map((text) => text.replace("version: 1", "version: 2"));
  const { exit, out } = await ran(["check", "map.claims.yaml", "--format", "json"], files);
  expect(exit).toBe(1);
  const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: Record<string, unknown>[] };
  expect(ok).toBe(false);
  expect(findings).toContainEqual({
    code: "CS106",
    level: "error",
    path: ["version"],
    line: 3,
    column: 10,
    message: expect.any(String),
    fix: expect.any(String),
  });
});

test("several maps have one report, and the exit code of the worst; each is checked once", async () => {
  const leak = map((text) => text.replace("sealFor: [care-api], effect: informs }", "to: [access], effect: informs }"));
  const { exit, out } = await ran(
    ["check", "mappings/b2b-saas.claims.yaml", "map.claims.yaml", "mappings/b2b-saas.claims.yaml"],
    leak,
  );
  expect(exit).toBe(5);
  expect(out.match(/^\S+: (no findings|\d.*)$/gm)).toEqual([
    "mappings/b2b-saas.claims.yaml: no findings",
    expect.stringMatching(/^map\.claims\.yaml: 1 error/),
  ]);
});

test("- is a map on standard input", async () => {
  const input = readFileSync("mappings/clinic-eu.claims.yaml", "utf8");
  expect(await ran(["check", "-", "--strict"], {}, {}, { input })).toMatchObject({ exit: 0, out: "-: no findings" });
  const { exit, out } = await ran(["check", "-"], {}, {}, { input: "version: 2\n" });
  expect(exit).toBe(1);
  expect(out).toContain("-:1:10\n  error CS106");
});

test("--explain says what a code means, why and what to do, in whatever case it is written", async () => {
  const { exit, out } = await ran(["check", "--explain", "cs401"]);
  expect(exit).toBe(0);
  const { title, why, remedy } = CODES["CS401"] as CodeEntry;
  expect(out.replaceAll(/\s+/g, " ")).toBe(`CS401, error: ${title} ${why} ${remedy}`);
  expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});

test("every code can be explained", async () => {
  for (const code of Object.keys(CODES)) {
    expect(await ran(["check", "--explain", code])).toMatchObject({ exit: 0, out: expect.stringContaining(code) });
  }
});

test("a map in JSON is read as JSON", async () => {
  expect(await ran(["check", "map.claims.json"], { "map.claims.json": "{" })).toMatchObject({
    exit: 1,
    out: expect.stringContaining("error CS101"),
  });
});
