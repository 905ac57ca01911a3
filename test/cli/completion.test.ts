import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CODES } from "../../claims/codes.ts";
import { allCommands } from "../../cli/commands.ts";
import { wordsOf } from "../../cli/completion/words.ts";
import { ran } from "./recorded-io.ts";

const script = async (shell: string): Promise<string> => (await ran(["completion", shell])).out;
const isHere = (shell: string): boolean => spawnSync(shell, ["--version"]).error === undefined;

describe("bash", () => {
  /** What bash offers for the last of `words`, in the folder of this project. */
  const offered = async (...words: string[]): Promise<string[]> => {
    const text = `${await script("bash")}
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_claimseal
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const out = execFileSync("bash", ["--norc", "-c", text, "bash", "claimseal", ...words], { encoding: "utf8" });
    return out.split("\n").filter(Boolean);
  };

  test("the script is syntactically right, and registers itself", async () => {
    const text = await script("bash");
    expect(() => execFileSync("bash", ["-n"], { input: text })).not.toThrow();
    const registered = execFileSync("bash", ["--norc", "-c", `${text}\ncomplete -p claimseal`], { encoding: "utf8" });
    expect(registered).toContain("complete -F _claimseal claimseal");
  });

  test("completes commands", async () => {
    expect(await offered("")).toEqual([
      ...(await allCommands()).map(({ name }) => name),
      "help",
      "--help",
      "--version",
    ]);
    expect(await offered("che")).toEqual(["check"]);
    expect(await offered("help", "pre")).toEqual(["preview"]);
  });

  test("completes the flags of each command", async () => {
    for (const { name, flags } of (await allCommands()).map(wordsOf)) {
      expect(await offered(name, "--")).toEqual(flags.map((flag) => `--${flag.name}`));
    }
  });

  test("completes a flag's values, behind a space and behind =", async () => {
    expect(await offered("check", "--format", "")).toEqual(["text", "json", "github", "sarif", "junit"]);
    expect(await offered("check", "--format", "=")).toEqual(["text", "json", "github", "sarif", "junit"]);
    expect(await offered("check", "--format", "=", "j")).toEqual(["json", "junit"]);
    expect(await offered("check", "--explain", "CS50")).toEqual(
      Object.keys(CODES).filter((code) => code.startsWith("CS50")),
    );
    expect(await offered("preview", "--env", "")).toEqual([]);
  });

  test("completes file names for maps and files, the shells for itself", async () => {
    expect(await offered("check", "mappings/clinic-eu.claims.y")).toEqual(["mappings/clinic-eu.claims.yaml"]);
    expect(await offered("check", "a.yaml", "READ")).toEqual(["README.md"]);
    expect(await offered("preview", "a.yaml", "--event", "tsconfig.j")).toEqual(["tsconfig.json"]);
    expect(await offered("completion", "")).toEqual(["bash", "zsh", "fish"]);
    expect(await offered("unheard-of", "READ")).toEqual([]);
  });
});

for (const shell of ["zsh", "fish"]) {
  test.skipIf(!isHere(shell))(`${shell} takes its script`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "claimseal-completion-"));
    const file = join(folder, "script");
    writeFileSync(file, await script(shell));
    const { status, stderr } = spawnSync(shell, ["-n", file], { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    expect([status, stderr]).toEqual([0, ""]);
  });
}

test.for(["zsh", "fish"])("the script for %s names every command, flag and listed value", async (shell) => {
  const text = await script(shell);
  for (const { name, flags, positional } of (await allCommands()).map(wordsOf)) {
    expect(text).toMatch(shell === "zsh" ? new RegExp(`'${name}:`) : new RegExp(`-a ${name} -d`));
    for (const flag of flags) {
      expect(text).toContain(
        shell === "zsh" ? `--${flag.name}` : `__fish_seen_subcommand_from ${name}' -l ${flag.name} `,
      );
    }
    const listed = [positional, ...flags.map(({ values }) => values)].flatMap((values) =>
      values?.of === "words" ? [values.words.join(" ")] : [],
    );
    expect(listed.filter((words) => !text.includes(words))).toEqual([]);
  }
});
