import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type OpenVector, type RefuseVector, readVectors } from "../crypto/vectors.ts";
import { notHere } from "./not-here.ts";

/** Debian's Python has Debian's packages; another that comes first in the path may not. */
const python = ["/usr/bin/python3", "python3"].find((each) => run(each, ["-c", "import cryptography"]).status === 0);

/** A source file is run by the compiler, which a runtime alone has not. */
const [, compiler] = /^jdk\.compiler@(\d+)/m.exec(run("java", ["--list-modules"]).stdout) ?? [];
const java = Number(compiler) >= 17 ? "java" : undefined;

const languages = [
  {
    language: "Python",
    command: python,
    args: ["-B", "examples/other-languages/python/open_vectors.py"],
    missing: "no python3 with cryptography (Debian: python3-cryptography)",
  },
  {
    language: "Java",
    command: java,
    args: ["examples/other-languages/java/Open.java"],
    missing: "no JDK of 17 or later (Debian: default-jdk-headless)",
  },
] as const;

const files = readdirSync("vectors/v1").map((file) => `vectors/v1/${file}`);
const folder = mkdtempSync(join(tmpdir(), "claimseal-vectors-"));
afterAll(() => rmSync(folder, { recursive: true }));

for (const { language, command, args, missing } of languages) {
  if (command === undefined) {
    notHere(`the vectors in ${language}`, missing);
    continue;
  }
  const read = (paths: readonly string[]): ReturnType<typeof run> => run(command, [...args, ...paths]);

  describe(`the reader in ${language}`, () => {
    test("opens every envelope that opens and refuses every other with its code", { timeout: 60_000 }, () => {
      const open = readVectors<OpenVector>("open.json").flatMap(({ vectors }) => vectors);
      const refuse = readVectors<RefuseVector>("refuse.json").flatMap(({ vectors }) => vectors);
      expect(read(files)).toEqual({
        status: 0,
        stdout: `${open.length} opened, ${refuse.length} refused, 0 wrong\n`,
        stderr: "",
      });
    });

    test("says which vector came out otherwise", { timeout: 60_000 }, () => {
      const { status, stdout } = read([falsified()]);
      expect({ status, stdout }).toEqual({
        status: 1,
        stdout: expect.stringMatching(/: one text claim: opened\n(.*\n)?14 opened, 0 refused, 1 wrong\n$/),
      });
    });
  });
}

/** The first file, with an envelope that opens and should not. */
function falsified(): string {
  const file = JSON.parse(readFileSync("vectors/v1/open.json", "utf8")) as { vectors: { claims: unknown }[] };
  file.vectors[0]!.claims = { licence_no: "another" };
  const path = join(folder, "falsified.json");
  writeFileSync(path, JSON.stringify(file));
  return path;
}

/** What a program says. Of one that is not there: nothing, and no status. */
function run(command: string, args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", timeout: 55_000 });
  return { status, stdout: stdout ?? "", stderr: stderr ?? "" };
}
