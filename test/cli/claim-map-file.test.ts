import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkFile, compileFile } from "../../cli/claim-map-file.ts";
import type { Io } from "../../cli/io.ts";
import { soundMap } from "../claims/a-map-text.ts";

/** Files by name; nothing else is asked of the world. */
const files = (texts: { readonly [path: string]: string } = {}): Io =>
  ({ readFile: async (path: string) => texts[path] ?? "" }) as unknown as Io;

describe("a claim map in a file", () => {
  let folder = "";
  const file = (name: string): string => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "claim-map-file-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("may be a module whose default export is the map, and gives the plan its YAML gives", async () => {
    await writeFile(file("sound.claims.mjs"), `export default ${JSON.stringify(parse(soundMap))};\n`);
    await writeFile(file("sound.claims.yaml"), soundMap);
    const io = files({ "sound.claims.yaml": soundMap });
    expect(await compileFile(file("sound.claims.mjs"), io)).toEqual(await compileFile("sound.claims.yaml", io));
  });

  test("that is a module is reported about as JSON", async () => {
    await writeFile(file("bad.claims.mjs"), 'export default { version: 1, naem: "x" };\n');
    const { findings, text } = await checkFile(file("bad.claims.mjs"), false, files());
    const misspelt = findings.find(({ code }) => code === "CS103");
    expect(text.split("\n")[(misspelt?.line ?? 0) - 1]).toBe('  "naem": "x"');
  });

  test.for([
    ["that is not there", "nothing.claims.mjs", null, "it, or something it imports, is not there"],
    ["that throws", "throws.claims.mjs", "throw new Error('secret');\n", "it cannot be imported"],
    [
      "without a map",
      "empty.claims.mjs",
      "export const map = {};\n",
      "no default export that is a map; write: export default defineClaimMap({ ... })",
    ],
  ] as const)("a module %s ends with exit 3 and what is wrong", async ([, name, code, why]) => {
    if (code !== null) await writeFile(file(name), code);
    await expect(checkFile(file(name), false, files())).rejects.toMatchObject({
      exit: 3,
      message: `${file(name)}: ${why}`,
    });
  });

  test("that holds tests is sent to the command that runs them", async () => {
    await expect(checkFile("clinic.claims.test.yaml", false, files())).rejects.toMatchObject({
      exit: 2,
      message: "clinic.claims.test.yaml holds the tests of a map; run: claimseal test clinic.claims.test.yaml",
    });
  });
});
