import { readFile } from "node:fs/promises";
import type { Io } from "../../cli/io.ts";
import { run } from "../../cli/run.ts";

export type Ran = {
  readonly exit: number;
  readonly out: string;
  /** Talk, without what to type next. */
  readonly err: string;
  /** What the command says one would type next. */
  readonly next: string | undefined;
  /** What was written, by path. Nothing reaches the disk. */
  readonly written: ReadonlyMap<string, string | Uint8Array>;
  /** Which of it nobody else can read. */
  readonly privately: readonly string[];
};

export type RanWith = {
  readonly input?: string;
  readonly colour?: boolean;
  /** Parts of the world that are to be others. */
  readonly world?: Partial<Io>;
};

/** Runs a command line with real files, given files on top, and everything it says recorded. */
export async function ran(
  argv: readonly string[],
  files: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
  { input = "", colour = false, world = {} }: RanWith = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const written = new Map<string, string | Uint8Array>();
  const privately: string[] = [];
  const exit = await run(argv, "1.2.3", {
    print: (text) => out.push(text),
    say: (text) => err.push(text),
    readFile: async (path) => files[path] ?? readFile(path, "utf8"),
    readInput: async () => input,
    readBytes: (path) => readFile(path),
    readFrom: (path, byte) => chunks(files[path], path, byte),
    writeFile: async (path, contents) => {
      written.set(path, contents);
    },
    writePrivate: async (path, contents) => {
      privately.push(path);
      written.set(path, contents);
    },
    appendFile: async (path, text) => {
      if (path.endsWith("/")) throw Object.assign(new Error("a folder"), { code: "EISDIR" });
      written.set(path, `${String(written.get(path) ?? "")}${text}`);
    },
    hold: async () => async () => {},
    progress: null,
    environment,
    colour,
    stopped: Promise.resolve(),
    ...world,
  });
  const isNext = (line: string): boolean => line.startsWith("next: ");
  const talk = err.filter((line) => !isNext(line)).join("\n");
  return { exit, out: out.join("\n"), err: talk, next: err.find(isNext)?.slice("next: ".length), written, privately };
}

async function* chunks(given: string | undefined, path: string, byte: number): AsyncGenerator<Uint8Array> {
  yield (given === undefined ? await readFile(path) : Buffer.from(given)).subarray(byte);
}
