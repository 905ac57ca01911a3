import type { FilePlace } from "../../attributes/import-record.ts";
import type { ImportedBatch } from "../../attributes/import-rows.ts";
import { CliError, EXIT, type Io } from "../io.ts";

/** What an import is of: one that goes on must be of the same. */
export type ImportHead = {
  readonly v: 1;
  /** SHA-256 of the file. */
  readonly file: string;
  readonly planSha256: string;
  readonly source: string;
  readonly ifAbsent: boolean;
  /** A hash over what was said of every row's subject. */
  readonly subject: string;
};

/** How far an import has come. Nothing of a row is in it but its line, its key's hash and what is wrong with it. */
export type Journal = {
  /** Whether it was begun before: some rows behind the last batch may be written. */
  readonly isInDoubt: boolean;
  /** What was done before, batch by batch. */
  readonly earlier: readonly ImportedBatch[];
  /** Adds a batch that was done. */
  readonly add: (batch: ImportedBatch) => Promise<void>;
};

/**
 * Opens the journal of an import, a line for its head and one for each batch: lines are only ever added, so that one
 * that was cut off, together with what it says, is all that an interruption can cost.
 *
 * @throws {CliError} exit 2 for the journal of another import or what is none, exit 3 for a file that cannot be read or written.
 */
export async function openJournal(path: string, head: ImportHead, io: Io): Promise<Journal> {
  const text = await io.readFile(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new CliError(EXIT.environment, `${path}: it cannot be read`);
  });
  const [first, ...batches] = (text ?? "").split("\n").flatMap((line) => parsed(line) ?? []);
  const isBegun = text !== null && text !== "";
  // Whatever else stands there is somebody's, and nothing is added to it.
  if (isBegun && JSON.stringify(first) !== JSON.stringify(head)) {
    const change = "the file, the map or an option is another now";
    const remedy = "name another with --state, or remove it to begin anew";
    throw new CliError(EXIT.usage, `${path} is of another import: ${change}; ${remedy}`);
  }
  const append = async (added: string): Promise<void> => {
    try {
      await io.appendFile(path, added);
    } catch {
      throw new CliError(EXIT.environment, `${path}: it cannot be written, so the import stops`);
    }
  };
  const add = (line: object): Promise<void> => append(`${JSON.stringify(line)}\n`);
  if (!isBegun) await add(head);
  // A line that was cut off stays alone.
  else if (!text.endsWith("\n")) await append("\n");
  return { isInDoubt: isBegun, earlier: batches as unknown as readonly ImportedBatch[], add };
}

/** Where to go on: behind the last batch, or at the beginning. */
export function placeBehind(earlier: readonly ImportedBatch[], start: FilePlace): FilePlace {
  return earlier.at(-1)?.next ?? start;
}

function parsed(line: string): object | null {
  try {
    return JSON.parse(line) as object;
  } catch {
    return null;
  }
}
