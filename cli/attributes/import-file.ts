import type { FilePlace, ImportMember, ImportRecord } from "../../attributes/import-record.ts";
import { parseStrictJson } from "../../crypto/strict-json.ts";
import { CliError, EXIT, type Io } from "../io.ts";
import { cellsOf } from "./delimited.ts";
import { type TextRecord, textRecords } from "./file-records.ts";

/** A file of rows: JSON objects, one a line, or comma-separated values under a line of names. */
export type ImportFile = {
  /** The names of its columns; null for JSON, where each row has its own. */
  readonly columns: readonly string[] | null;
  /** The records behind a place. */
  readonly records: (from: FilePlace) => AsyncIterable<ImportRecord>;
  /** Where they begin. */
  readonly start: FilePlace;
};

export const BEGINNING: FilePlace = { byte: 0, line: 1 };

/** How deep a row's values nest at most, with the row itself: DynamoDB has 32 levels. */
const MAX_DEPTH = 40;

/**
 * Opens a file of rows by its name's end.
 *
 * @throws {CliError} exit 2 for a file of another kind, exit 3 for one of cells that cannot be read or has no line of names.
 */
export async function openImport(path: string, io: Io): Promise<ImportFile> {
  if (/\.(?:jsonl|ndjson)$/.test(path)) {
    const records = (from: FilePlace) => map(textRecords(readable(path, io, from), from, false), jsonRecord);
    return { columns: null, records, start: BEGINNING };
  }
  if (!path.endsWith(".csv")) throw new CliError(EXIT.usage, `${path}: rows are in a file .jsonl, .ndjson or .csv`);
  const { columns, start } = await readHead(path, io);
  const records = (from: FilePlace) =>
    map(textRecords(readable(path, io, from), from, true), (record) => cellRecord(columns, record));
  return { columns, records, start };
}

async function readHead(
  path: string,
  io: Io,
): Promise<{ readonly columns: readonly string[]; readonly start: FilePlace }> {
  for await (const head of textRecords(readable(path, io, BEGINNING), BEGINNING, true)) {
    const columns = "text" in head ? cellsOf(head.text)?.map(({ text }) => text.trim()) : undefined;
    if (columns?.every((name) => name !== "") && new Set(columns).size === columns.length) {
      return { columns, start: head.next };
    }
    break;
  }
  throw new CliError(EXIT.environment, `${path}: its first line must name the columns, each once`);
}

/**
 * The bytes of a file behind a place in it.
 *
 * @throws {CliError} exit 3 for a file that cannot be read.
 */
export async function* readable(path: string, io: Io, { byte }: FilePlace): AsyncGenerator<Uint8Array> {
  try {
    yield* io.readFrom(path, byte);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : "it cannot be read";
    throw new CliError(EXIT.environment, `${path}: ${why}`);
  }
}

function jsonRecord(record: TextRecord): ImportRecord {
  if ("problem" in record) return record;
  const { text, ...place } = record;
  const value = parseStrictJson(text, MAX_DEPTH);
  if (value === undefined) return { ...place, problem: "no JSON, or a name stands in it twice" };
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { ...place, problem: "no JSON object" };
  const members = Object.entries(value).map(([name, json]): [string, ImportMember] => [name, { json }]);
  return { ...place, members: Object.fromEntries(members) };
}

/** An empty cell says nothing of its attribute; in quotes, it is an empty text. */
function cellRecord(columns: readonly string[], record: TextRecord): ImportRecord {
  if ("problem" in record) return record;
  const { text, ...place } = record;
  const cells = cellsOf(text);
  if (cells?.length !== columns.length) return { ...place, problem: `no record of ${columns.length} cells` };
  const members = cells.flatMap(({ text: cell, isQuoted }, index): [string, ImportMember][] =>
    cell === "" && !isQuoted ? [] : [[columns[index] ?? "", { text: cell }]],
  );
  return { ...place, members: Object.fromEntries(members) };
}

async function* map<A, B>(items: AsyncIterable<A>, change: (item: A) => B): AsyncGenerator<B> {
  for await (const item of items) yield change(item);
}
