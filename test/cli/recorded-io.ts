import { readFile } from "node:fs/promises";
import { run } from "../../cli/run.ts";

export type Ran = { readonly exit: number; readonly out: string; readonly err: string };

/** Runs a command line with real files, given files on top, and everything it says recorded. */
export async function ran(
  argv: readonly string[],
  files: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await run(argv, "1.2.3", {
    print: (text) => out.push(text),
    say: (text) => err.push(text),
    readFile: async (path) => files[path] ?? readFile(path, "utf8"),
    environment,
    colour: false,
    stopped: Promise.resolve(),
  });
  return { exit, out: out.join("\n"), err: err.join("\n") };
}
