import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./a-project.ts";

/** A block of code of a page. */
export type Block = { readonly language: string; readonly code: string };

/** What a block of commands printed, both streams as they came, and how its last command ended. */
export type Shown = { readonly out: string; readonly exit: number | null };

/** The blocks of a page's text, in their order. */
export function blocksIn(page: string): readonly Block[] {
  const blocks = page.matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm);
  return [...blocks].map(([, indent = "", language = "", code = ""]) => ({
    language,
    code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/**
 * A shell in a folder, as a reader of a page has one: `npx` finds what is installed in `node_modules`, with the packager of
 * this repository, and `npm` installs nothing, since all of it is there. Each block goes on where the last one ended.
 */
export function shellIn(folder: string, environment: NodeJS.ProcessEnv = {}): (code: string) => Shown {
  const bin = join(folder, ".bin");
  mkdirSync(bin, { recursive: true });
  const program = (name: string, body: string): void =>
    writeFileSync(join(bin, name), `#!/bin/bash\n${body}\n`, { mode: 0o755 });
  const [claimseal, osls] = ["node_modules/claimseal/dist/cli/main.js", "node_modules/osls/bin/serverless.js"];
  program("claimseal", `exec "${process.execPath}" "${join(folder, claimseal)}" "$@"`);
  program("osls", `exec "${process.execPath}" "${join(root, osls)}" "$@"`);
  program("npx", 'exec "$@"');
  program("npm", "exit 0");
  const state = join(folder, ".state");
  writeFileSync(state, `cd "${folder}"\n`);
  const PATH = [bin, join(process.execPath, ".."), process.env["PATH"]].join(":");
  return (code) => {
    // Where a block ends, and what it exported, is where the next one begins.
    const script = `source "${state}"\n${code}\nstatus=$?\n{ echo "cd \\"$PWD\\""; export -p; } > "${state}"\nexit $status`;
    const env = { PATH, HOME: folder, NO_COLOR: "1", ...environment };
    const { stdout, stderr, status } = spawnSync("bash", ["-c", script], { env, encoding: "utf8" });
    return { out: stdout + stderr, exit: status };
  };
}

/** The lines of an excerpt that were not printed, in its order. Of a line the excerpt may have the beginning alone. */
export function notPrinted(excerpt: string, out: string): readonly string[] {
  const lines = out.split("\n");
  let from = 0;
  return excerpt
    .trimEnd()
    .split("\n")
    .filter((line) => {
      const at = lines.findIndex((each, index) => index >= from && each.startsWith(line));
      from = at < 0 ? from : at + 1;
      return at < 0;
    });
}
