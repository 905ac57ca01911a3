import { expect, test } from "vitest";
import { CODES, type CodeEntry } from "../../claims/codes.ts";
import { FLAWED_MAP, MISSPELT_MAP, SMALL_MAP } from "./a-small-map.ts";
import { ran } from "./recorded-io.ts";

const map = (text: string): Record<string, string> => ({ "m.claims.yaml": text });

test.for(["clinic-eu", "b2b-saas", "platform-m2m"])("mappings/%s passes a strict check", async (name) => {
  const { exit, out } = await ran(["check", `mappings/${name}.claims.yaml`, "--strict"]);
  expect(exit).toBe(0);
  expect(out).toMatch(new RegExp(`^mappings/${name}\\.claims\\.yaml: (no findings|\\d+ infos?)$`, "m"));
});

test("a leak ends with exit 5, and says where, what and what to write instead", async () => {
  const { exit, out } = await ran(["check", "m.claims.yaml"], map(FLAWED_MAP));
  expect(exit).toBe(5);
  expect(out).toMatch(
    /^m\.claims\.yaml:\d+:25\n {2}error CS401 {2}.*staff\.taxNo -> claims\.tax_no\.value -> .*\n(.*\|.*\n)+ {2}fix: Seal/m,
  );
  expect(out).toMatch(/\nm\.claims\.yaml: 1 error, 1 warning, 1 info$/);
});

test("any other error ends with exit 1", async () => {
  expect(await ran(["check", "m.claims.yaml"], map(MISSPELT_MAP))).toMatchObject({ exit: 1 });
});

test("a warning ends with exit 0, and with exit 1 under --strict", async () => {
  const files = map(SMALL_MAP.replace("class: open, maxLength: 12", "class: open"));
  expect(await ran(["check", "m.claims.yaml"], files)).toMatchObject({
    exit: 0,
    out: expect.stringContaining("warning CS601"),
  });
  expect(await ran(["check", "m.claims.yaml", "--strict"], files)).toMatchObject({
    exit: 1,
    out: expect.stringContaining("error CS601"),
  });
});

test("findings as JSON have the form the documents promise", async () => {
  const files = map(SMALL_MAP.replace("version: 1", "version: 2"));
  const { exit, out } = await ran(["check", "m.claims.yaml", "--format", "json"], files);
  expect(exit).toBe(1);
  const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: Record<string, unknown>[] };
  expect(ok).toBe(false);
  expect(findings).toEqual([
    {
      code: "CS106",
      level: "error",
      path: ["version"],
      line: 1,
      column: 10,
      message: expect.any(String),
      fix: expect.any(String),
    },
  ]);
});

test("several maps have one report, and the exit code of the worst; each is checked once", async () => {
  const files = { "leak.yaml": FLAWED_MAP, "clean.yaml": SMALL_MAP };
  const { exit, out } = await ran(["check", "clean.yaml", "leak.yaml", "clean.yaml"], files);
  expect(exit).toBe(5);
  expect(out.match(/^\S+: (no findings|\d.*)$/gm)).toEqual([
    "clean.yaml: no findings",
    "leak.yaml: 1 error, 1 warning, 1 info",
  ]);
});

test("- is a map on standard input", async () => {
  expect(await ran(["check", "-", "--strict"], {}, {}, { input: SMALL_MAP })).toMatchObject({
    exit: 0,
    out: "-: no findings",
  });
  const { exit, out } = await ran(["check", "-"], {}, {}, { input: "version: 2\n" });
  expect(exit).toBe(1);
  expect(out).toContain("-:1:10\n  error CS106");
});

test("--explain says what a code means, why and what to do, with an example, in whatever case it is written", async () => {
  const { exit, out } = await ran(["check", "--explain", "cs401"]);
  expect(exit).toBe(0);
  const { title, why, remedy } = CODES["CS401"] as CodeEntry;
  const [said = "", example = ""] = out.split("\n\nfor example:\n\n");
  expect(said.replaceAll(/\s+/g, " ")).toBe(`CS401, error: ${title} ${why} ${remedy}`);
  expect(example.split("\n\nmended:\n\n").map((yaml) => yaml.trimEnd().split("\n").at(-1)?.trim())).toEqual([
    "phone: { value: staff.phone, to: [access], effect: informs }",
    "phone: { value: staff.phone, sealFor: [care-api], effect: informs }",
  ]);
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
