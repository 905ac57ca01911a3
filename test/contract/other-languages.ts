import { spawnSync } from "node:child_process";

/** A reader of envelopes in another language; `missing` says why it cannot be run here. */
export type OtherReader = {
  readonly language: string;
  readonly missing: string | null;
  readonly read: (files: readonly string[]) => Outcome;
};

type Outcome = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** Debian's Python has Debian's packages; another that comes first in the path may not. */
const python = ["/usr/bin/python3", "python3"].find((each) => run(each, ["-c", "import cryptography"]).status === 0);

/** A source file is run by the compiler, which a runtime alone has not. */
const [, compiler] = /^jdk\.compiler@(\d+)/m.exec(run("java", ["--list-modules"]).stdout) ?? [];
const java = Number(compiler) >= 17 ? "java" : undefined;

/** The readers of `examples/other-languages/`. */
export const otherReaders: readonly OtherReader[] = [
  reader("Python", python, ["-B", "examples/other-languages/python/open_vectors.py"], "no python3 with cryptography"),
  reader("Java", java, ["examples/other-languages/java/Open.java"], "no JDK of 17 or later"),
];

function reader(language: string, command: string | undefined, args: readonly string[], missing: string): OtherReader {
  return {
    language,
    missing: command === undefined ? missing : null,
    read: (files) => run(command ?? "", [...args, ...files]),
  };
}

/** What a program says. Of one that is not there: nothing, and no status. */
function run(command: string, args: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", timeout: 55_000 });
  return { status, stdout: stdout ?? "", stderr: stderr ?? "" };
}
