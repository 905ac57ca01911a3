import { type AttributesCode, AttributesError, type ValueProblem } from "./attributes-error.ts";
import { type FilePlace, type ImportRecord, recordAsPut } from "./import-record.ts";
import { keyHash } from "./key-name.ts";
import { type CheckedPut, checkPut, holds, type Put, placeOfPut, writeRow } from "./put-row.ts";
import type { Registry } from "./registry.ts";
import type { RowPlace } from "./row-store.ts";
import type { RowSubject } from "./row-subject.ts";

/** How many rows are under way at once, and the most that an interruption leaves in doubt. */
export const BATCH = 50;

export type ImportOptions = {
  readonly source: string;
  /** What holds for every record that does not say otherwise. */
  readonly subject: RowSubject;
  /** Writes only rows that are not there yet. */
  readonly ifAbsent: boolean;
  /** Checks, and writes nothing. */
  readonly dryRun: boolean;
  /** The rows that earlier records are for, by `keyHash`; it grows. */
  readonly taken: Set<string>;
  /** Whether an earlier run may have written some of the first batch. */
  readonly isInDoubt: boolean;
};

/** What came of one batch. */
export type ImportedBatch = {
  readonly next: FilePlace;
  readonly rows: number;
  readonly written: number;
  /** Of a batch that was interrupted before: rows it had written. */
  readonly already: number;
  readonly rejected: readonly RejectedRow[];
};

export type RejectedRow = {
  readonly line: number;
  /** `keyHash` of its row; null where its key cannot be built. */
  readonly key: string | null;
  readonly code: RejectionCode;
  readonly problems: readonly ValueProblem[];
};

/** `RECORD_INVALID`: the file has something else there. `ROW_REPEATED`: an earlier line is for the same row. */
export type RejectionCode = AttributesCode | "RECORD_INVALID" | "ROW_REPEATED";

type Outcome = "written" | "already" | RejectedRow;

/** Nobody's row is to blame for these. */
const OF_THE_SERVICE: readonly RejectionCode[] = ["AWS_REFUSED", "AWS_UNREACHABLE", "SOURCE_ELSEWHERE"];

/**
 * Writes the rows of a file, batch after batch: the next one begins when whoever takes them asks for it. A record is
 * held against the map like any other write, and one that breaks it is told of and passed over. Of two records for one
 * row the first counts.
 *
 * @throws {AttributesError} `AWS_REFUSED`, `AWS_UNREACHABLE`: then some rows of a batch may be written, which the next
 * run is told by `isInDoubt`.
 */
export async function* importRows(
  registry: Registry,
  records: AsyncIterable<ImportRecord>,
  options: ImportOptions,
): AsyncGenerator<ImportedBatch> {
  let isFirst = true;
  for await (const batch of batches(records)) {
    const imported = await importBatch(registry, batch, options, options.isInDoubt && isFirst);
    const isRefused = imported.rejected.length > 0 && imported.rejected.every(({ code }) => code === "ROW_REFUSED");
    if (isFirst && !options.isInDoubt && isRefused && imported.written === 0) {
      const why = "DynamoDB takes none of the first rows: does the table's key fit the map?";
      throw new AttributesError("AWS_REFUSED", `source "${options.source}": ${why}`);
    }
    isFirst = false;
    yield imported;
  }
}

/** The rows that records are for which an earlier run took, those it rejected left out, as `taken` has them. */
export async function takenBefore(
  registry: Registry,
  records: AsyncIterable<ImportRecord>,
  options: Pick<ImportOptions, "source" | "subject">,
  rejectedLines: ReadonlySet<number>,
): Promise<Set<string>> {
  const taken = new Set<string>();
  for await (const record of records) {
    if (rejectedLines.has(record.line)) continue;
    const placed = await placedRecord(registry, record, options);
    if ("place" in placed) taken.add(placed.key);
  }
  return taken;
}

async function* batches(records: AsyncIterable<ImportRecord>): AsyncGenerator<readonly ImportRecord[]> {
  let batch: ImportRecord[] = [];
  for await (const record of records) {
    batch.push(record);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function importBatch(
  registry: Registry,
  batch: readonly ImportRecord[],
  options: ImportOptions,
  isInDoubt: boolean,
): Promise<ImportedBatch> {
  const started: Promise<Outcome>[] = [];
  // Checked one after the other, so that the first record for a row is the one that counts; written all at once.
  for (const record of batch) {
    const checked = await checkedRecord(registry, record, options);
    started.push("code" in checked ? Promise.resolve(checked) : written(registry, record, checked, options, isInDoubt));
  }
  // Everything comes to an end before anything is said of it: nothing of this batch is under way when the next begins.
  const settled = await Promise.allSettled(started);
  const outcomes = settled.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
  return {
    next: (batch.at(-1) as ImportRecord).next,
    rows: batch.length,
    written: outcomes.filter((each) => each === "written").length,
    already: outcomes.filter((each) => each === "already").length,
    rejected: outcomes.filter((each) => typeof each === "object"),
  };
}

type CheckedRecord = { readonly put: CheckedPut; readonly key: string };

async function checkedRecord(
  registry: Registry,
  record: ImportRecord,
  options: ImportOptions,
): Promise<CheckedRecord | RejectedRow> {
  const { line } = record;
  const { ifAbsent, taken } = options;
  const placed = await placedRecord(registry, record, options);
  if ("code" in placed) return placed;
  const { put, place, key } = placed;
  if (taken.has(key)) return rejected(line, key, "ROW_REPEATED", "an earlier line is for the same row");
  try {
    const checked = checkPut(registry, { ...put, expect: ifAbsent ? "absent" : "any" }, place);
    taken.add(key);
    return { put: checked, key };
  } catch (error) {
    return rejection(error, line, key);
  }
}

type PlacedRecord = { readonly put: Put; readonly place: RowPlace; readonly key: string };

async function placedRecord(
  registry: Registry,
  record: ImportRecord,
  { source, subject }: Pick<ImportOptions, "source" | "subject">,
): Promise<PlacedRecord | RejectedRow> {
  if ("problem" in record) return rejected(record.line, null, "RECORD_INVALID", record.problem);
  try {
    const put = await recordAsPut(registry, source, subject, record.members);
    const place = await placeOfPut(registry, put);
    return { put, place, key: keyHash(source, place.key) };
  } catch (error) {
    return rejection(error, record.line, null);
  }
}

async function written(
  { store }: Registry,
  { line }: ImportRecord,
  { put, key }: CheckedRecord,
  { dryRun }: ImportOptions,
  isInDoubt: boolean,
): Promise<Outcome> {
  try {
    if (isInDoubt) {
      const row = await store.read(put.place, Object.keys(put.change.set));
      if (row !== null && row.version > 0 && holds(row, put.change)) return "already";
    }
    if (!dryRun) await writeRow(store, put);
    return "written";
  } catch (error) {
    return rejection(error, line, key);
  }
}

/** What is wrong with one row; what is wrong with more than that is thrown on. */
function rejection(error: unknown, line: number, key: string | null): RejectedRow {
  if (!(error instanceof AttributesError) || OF_THE_SERVICE.includes(error.code)) throw error;
  if (error.problems.length > 0) return { line, key, code: error.code, problems: error.problems };
  return rejected(line, key, error.code, error.message);
}

function rejected(line: number, key: string | null, code: RejectionCode, problem: string): RejectedRow {
  return { line, key, code, problems: [{ attribute: null, problem }] };
}
