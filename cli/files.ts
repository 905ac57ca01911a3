import { CliError, EXIT, type Io } from "./io.ts";

/**
 * The text of a file a command was given; `-` is standard input.
 *
 * @throws {CliError} exit 3 naming the file and what is wrong with it.
 */
export async function readText(path: string, io: Io): Promise<string> {
  try {
    return await (path === "-" ? io.readInput() : io.readFile(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "that is a folder" : "it cannot be read";
    throw new CliError(EXIT.environment, `${nameOf(path)}: ${why}`);
  }
}

/**
 * A JSON file.
 *
 * @throws {CliError} exit 3 naming the file. `JSON.parse` quotes what it stumbled over, so its own text is not passed on.
 */
export async function readJson(path: string, io: Io): Promise<unknown> {
  return jsonIn(await readText(path, io), path);
}

/** What `readJson` makes of a file's text. */
export function jsonIn(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError(EXIT.environment, `${nameOf(path)}: not valid JSON`);
  }
}

function nameOf(path: string): string {
  return path === "-" ? "standard input" : path;
}

/**
 * Writes what a command makes to a file; to standard output, where no file is named.
 *
 * @param write How; `io.writePrivate` for what holds values.
 * @throws {CliError} exit 3 naming the file when it cannot be written.
 */
export async function printOrWrite(
  text: string,
  path: string | undefined,
  io: Io,
  write: Io["writeFile"] = io.writeFile,
): Promise<void> {
  if (path === undefined) {
    io.print(text.trimEnd());
    return;
  }
  try {
    await write(path, text);
  } catch {
    throw new CliError(EXIT.environment, `${path}: it cannot be written`);
  }
}
