import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { AttributesError } from "../../attributes/attributes-error.ts";
import { type FilePlace, type ImportRecord, keyMembers } from "../../attributes/import-record.ts";
import { type ImportedBatch, importRows, type RejectedRow, takenBefore } from "../../attributes/import-rows.ts";
import { subjectName } from "../../attributes/key-name.ts";
import { tableSource } from "../../attributes/registry.ts";
import { closeName } from "../../claims/shape/close-name.ts";
import type { Given } from "../command.ts";
import { visible, visibleJson } from "../formats/visible.ts";
import { CliError, EXIT, type Io } from "../io.ts";
import { BEGINNING, type ImportFile, openImport, readable } from "./import-file.ts";
import { holdImport } from "./import-lock.ts";
import { type Journal, openJournal, placeBehind } from "./journal.ts";
import type { Opened } from "./opened.ts";
import { oneSource, subjectFrom } from "./said.ts";

/** Rejections of a row that stay: a later line for the same row is a repetition. */
const TAKEN_ALL_THE_SAME: readonly RejectedRow["code"][] = ["ROW_PRESENT", "ROW_REFUSED"];

/** `attributes import FILE`: rows of a file, to go on from where it was interrupted. */
export async function importFile(given: Given, io: Io, opened: Opened): Promise<number> {
  const [path, second] = given.each("what");
  if (path === undefined) throw new CliError(EXIT.usage, "the file is missing");
  if (second !== undefined) throw new CliError(EXIT.usage, "there is one argument too many");
  const [source, subject, ifAbsent, dryRun] = [
    oneSource(given),
    subjectFrom(given),
    given.flag("if-absent"),
    given.flag("dry-run"),
  ];
  const { registry, planSha256 } = opened;
  tableSource(registry.plan, source);
  const state = given.text("state") ?? `${path}.state.jsonl`;
  const report = given.text("report") ?? `${path}.rejected.jsonl`;
  const lock = `${state}.lock`;
  if (new Set([path, state, report, lock].map((each) => resolve(each))).size < 4) {
    throw new CliError(EXIT.usage, "--state and --report take files of their own: they are written to");
  }
  const file = await openImport(path, io);
  refuseColumns(path, file, source, opened);
  const letGo = dryRun ? null : await holdImport(lock, io);
  try {
    const { sha256, bytes } = await digestOf(path, io);
    const head = { v: 1 as const, file: sha256, planSha256, source, ifAbsent, subject: subjectName(subject) };
    const journal: Journal = dryRun ? NO_JOURNAL : await openJournal(state, head, io);
    const from = placeBehind(journal.earlier, file.start);
    const taken = await takenEarlier(file, from, journal.earlier, { source, subject }, opened);
    const batches = [...journal.earlier];
    const options = { source, subject, ifAbsent, dryRun, taken, isInDoubt: journal.isInDoubt };
    const isAtEnd = await runImport(importRows(registry, file.records(from), options), batches, journal, io);
    const isWhole = isAtEnd || placeBehind(batches, file.start).byte === bytes;
    const done: Done = { path, source, state: dryRun ? null : state, isWhole, batches };
    return await tell(done, report, given, io);
  } finally {
    await letGo?.();
  }
}

/** A dry run leaves nothing to go on from. */
const NO_JOURNAL: Journal = { isInDoubt: false, earlier: [], add: async () => {} };

/** Runs to the end, or to the end of the batch under way when the user asks to stop; whether it was the end. */
async function runImport(
  imported: AsyncIterable<ImportedBatch>,
  batches: ImportedBatch[],
  journal: Journal,
  io: Io,
): Promise<boolean> {
  let isStopped = false;
  void io.stopped.then(() => {
    isStopped = true;
  });
  const pace = paceOf(io);
  try {
    for await (const batch of imported) {
      await journal.add(batch);
      batches.push(batch);
      pace(batch);
      if (isStopped) return false;
    }
    return true;
  } catch (error) {
    if (error instanceof AttributesError) io.say("what came before is kept; the same command goes on from there");
    throw error;
  } finally {
    io.progress?.("");
  }
}

/** Tells rows, rejections and speed, where there is a terminal. */
function paceOf({ progress }: Io): (batch: ImportedBatch) => void {
  const started = Date.now();
  let [rows, rejected] = [0, 0];
  return (batch) => {
    rows += batch.rows;
    rejected += batch.rejected.length;
    const perSecond = Math.round((rows * 1_000) / Math.max(1, Date.now() - started));
    progress?.(`${counted(rows)} rows, ${counted(rejected)} rejected, ${counted(perSecond)} a second`);
  };
}

/** Names of columns are the same for every row, so one that is none is told once. */
function refuseColumns(path: string, { columns }: ImportFile, source: string, { registry }: Opened): void {
  const declared = tableSource(registry.plan, source);
  const references = keyMembers(registry.plan, source);
  // What the key leaves open is not known here where the map does not say how it begins.
  if (declared.kind === "query" && declared.beginsWith === undefined) return;
  const known = [
    ...references,
    ...Object.keys(declared.kind === "query" ? (declared.beginsWith ?? {}) : {}),
    ...Object.keys(declared.attributes),
  ];
  const strange = (columns ?? []).findIndex((name) => !known.includes(name));
  if (strange < 0) return;
  // In a file without a line of names, values stand there.
  const close = closeName(columns?.[strange] ?? "", known);
  const hint = close === undefined ? `there are: ${known.join(", ")}` : `did you mean ${close}?`;
  throw new CliError(EXIT.findings, `${path}: column ${strange + 1} is nothing of source "${source}"; ${hint}`);
}

async function digestOf(path: string, io: Io): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of readable(path, io, BEGINNING)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest("hex"), bytes };
}

/** The rows that lines before a place are for. */
async function takenEarlier(
  file: ImportFile,
  from: FilePlace,
  earlier: readonly ImportedBatch[],
  options: Parameters<typeof takenBefore>[2],
  { registry }: Opened,
): Promise<Set<string>> {
  if (earlier.length === 0) return new Set();
  const rejected = earlier.flatMap((batch) => batch.rejected).filter(({ code }) => !TAKEN_ALL_THE_SAME.includes(code));
  const records = upTo(file.records(file.start), from);
  return takenBefore(registry, records, options, new Set(rejected.map(({ line }) => line)));
}

async function* upTo(records: AsyncIterable<ImportRecord>, { byte }: FilePlace): AsyncGenerator<ImportRecord> {
  for await (const record of records) {
    if (record.next.byte > byte) return;
    yield record;
  }
}

type Done = {
  readonly path: string;
  readonly source: string;
  /** Null for a dry run. */
  readonly state: string | null;
  readonly isWhole: boolean;
  readonly batches: readonly ImportedBatch[];
};

/** Writes the report of what was rejected, and says what came of the import. */
async function tell(done: Done, report: string, given: Given, io: Io): Promise<number> {
  const { path, source, state, isWhole, batches } = done;
  const sum = (count: (batch: ImportedBatch) => number): number =>
    batches.reduce((all, batch) => all + count(batch), 0);
  const rejected = batches.flatMap((batch) => batch.rejected);
  try {
    await io.writeFile(report, rejected.map((row) => `${JSON.stringify(row)}\n`).join(""));
  } catch {
    throw new CliError(EXIT.environment, `${report}: it cannot be written`);
  }
  const rows = sum((batch) => batch.rows);
  const written = sum((batch) => batch.written + batch.already);
  if (given.flag("json")) {
    const ok = isWhole && rejected.length === 0;
    io.print(visibleJson({ ok, source, file: path, isWhole, rows, written, rejected: rejected.length, report, state }));
  } else {
    const what = state === null ? "would be written" : "written";
    io.print(
      visible(`${source}: ${counted(rows)} rows, ${counted(written)} ${what}, ${counted(rejected.length)} rejected`),
    );
    if (rejected.length > 0) io.say(visible(`which, and why: ${report}`));
  }
  if (!isWhole) {
    const { line } = placeBehind(batches, BEGINNING);
    throw new CliError(EXIT.environment, `stopped before line ${line}; the same command goes on from there`);
  }
  return rejected.length > 0 ? EXIT.findings : EXIT.ok;
}

function counted(count: number): string {
  return count.toLocaleString("en");
}
