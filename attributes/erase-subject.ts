import { canonicalJson, textDigest } from "../claims/digest.ts";
import { type AttributesCode, AttributesError, isAttributesError } from "./attributes-error.ts";
import { type Erasure, erasures } from "./erasures.ts";
import { subjectName } from "./key-name.ts";
import type { Registry } from "./registry.ts";
import type { RestOfKey } from "./row-place.ts";
import { type RowPlace, type RowStore, VERSION } from "./row-store.ts";
import type { RowSubject } from "./row-subject.ts";
import { type Elsewhere, elsewhereOf } from "./subject-export.ts";

export type EraseOptions = {
  /** These sources and no others. Without it, every one whose keys are built from the person. */
  readonly sources?: readonly string[];
  /** One row, of a single source that has several. */
  readonly key?: RestOfKey;
  /** Sources that stay though they can be reached only through rows that go. */
  readonly leave?: readonly string[];
  /** Reads what there is and writes nothing. */
  readonly dryRun?: boolean;
  /** Stands in the receipt. */
  readonly reason?: string;
  /**
   * Is given the receipt of an erasure that failed after it had begun to write, before the error is thrown. Where it fails
   * itself, the erasure's error is thrown all the same, with this one's as its `cause`.
   */
  readonly onInterrupted?: (receipt: Receipt) => void | Promise<void>;
};

/** What was erased, for whoever asks later: names and counts. No value, and nothing the subject could be told by. */
export type Receipt = {
  readonly v: 1;
  readonly event: "claimseal.erase";
  /** When, ISO 8601. */
  readonly ts: string;
  readonly map: string;
  readonly revision: string;
  readonly planSha256: string;
  readonly dryRun: boolean;
  /** A hash over what was said of the subject. */
  readonly subject: string;
  readonly reason: string | null;
  readonly sources: readonly ErasedSource[];
  /** Null where everything was done. */
  readonly interrupted: Interrupted | null;
  /** Sources of the map in tables that were not touched, and why. */
  readonly left: readonly { readonly source: string; readonly because: string }[];
  /** What is held elsewhere, by the names of attributes. */
  readonly elsewhere: readonly {
    readonly holder: string;
    readonly is: string;
    readonly attributes: readonly string[];
  }[];
  /** SHA-256, base64url, of everything above as JSON with sorted members. */
  readonly sha256: string;
};

/** What an erasure that failed did not come to. Of the row it failed at nobody knows what became; it is among these. */
export type Interrupted = {
  /** The error's code; null where it has none. */
  readonly because: AttributesCode | null;
  /** Rows that are not known to be erased, by source. */
  readonly rows: readonly { readonly source: string; readonly rows: number }[];
};

export type ErasedSource = {
  readonly source: string;
  readonly rows: number;
  /** Rows that are gone as a whole; of the others, which hold what the map does not speak of, its attributes are. */
  readonly deleted: number;
  /** In how many rows each attribute was. */
  readonly attributes: { readonly [name: string]: number };
};

/** How often a row is looked at again that somebody writes at the same time. */
const MOST_TRIES = 5;

/**
 * Erases what the map can read of one subject: attributes are taken out of their rows, and a row that holds nothing else
 * is deleted. Rows that others are found through go last, so that an erasure that was interrupted can be run again.
 *
 * @throws {AttributesError} before anything is written: `KEY_UNKNOWN` for an own source that cannot be looked into,
 * `SOURCE_UNDECIDED` for one that can be reached only through rows that go, and what `rowPlace` throws. While writing:
 * what the store rejects with, and `ROW_CHANGED` for a row that is written all the time.
 */
export async function eraseSubject(
  registry: Registry,
  planSha256: string,
  subject: RowSubject,
  options: EraseOptions,
  now: () => Date,
): Promise<Receipt> {
  const { plan, store } = registry;
  const { sources, rows, left } = await erasures(registry, subject, options);
  const counts: Counts = new Map(
    sources.map((source) => [source, { rows: 0, deleted: 0, attributes: new Map<string, number>() }]),
  );
  const receiptOf = (interrupted: Interrupted | null): Receipt => {
    const receipt = {
      v: 1 as const,
      event: "claimseal.erase" as const,
      ts: now().toISOString(),
      map: plan.name,
      revision: plan.revision,
      planSha256,
      dryRun: options.dryRun ?? false,
      subject: subjectName(subject),
      reason: options.reason ?? null,
      sources: erasedSources(counts),
      interrupted,
      left,
      elsewhere: elsewhereOf(plan).map(namesAlone),
    };
    return { ...receipt, sha256: textDigest(canonicalJson(receipt)) };
  };
  for (const [index, row] of rows.entries()) {
    try {
      const done = options.dryRun ? await looked(store, row) : await erasedRow(store, row);
      if (done !== null) count(counts, row, done);
    } catch (error) {
      if (options.dryRun) throw error;
      try {
        await options.onInterrupted?.(receiptOf(interruptedBy(error, sources, rows.slice(index))));
      } catch (cause) {
        if (error instanceof Error) error.cause = cause;
      }
      throw error;
    }
  }
  return receiptOf(null);
}

function interruptedBy(error: unknown, sources: readonly string[], rest: readonly Erasure[]): Interrupted {
  const rows = sources.map((source) => ({ source, rows: rest.filter(({ bySource }) => bySource.has(source)).length }));
  return { because: isAttributesError(error) ? error.code : null, rows: rows.filter((each) => each.rows > 0) };
}

function erasedSources(counts: Counts): readonly ErasedSource[] {
  return [...counts].map(([source, { attributes, ...counted }]) => ({
    source,
    ...counted,
    attributes: Object.fromEntries([...attributes].toSorted(byName)),
  }));
}

type Counts = ReadonlyMap<string, { rows: number; deleted: number; readonly attributes: Map<string, number> }>;

function count(counts: Counts, { bySource }: Erasure, { names, isDeleted }: Done): void {
  for (const [source, attributes] of bySource) {
    const counted = counts.get(source);
    if (counted === undefined) continue;
    counted.rows += 1;
    counted.deleted += isDeleted ? 1 : 0;
    for (const name of attributes.filter((each) => names.includes(each))) {
      counted.attributes.set(name, (counted.attributes.get(name) ?? 0) + 1);
    }
  }
}

/** What becomes of a row: these attributes go, and with nothing else in it the row does. */
type Done = { readonly names: readonly string[]; readonly isDeleted: boolean };

function doneTo({ bySource }: Erasure, there: readonly string[]): Done {
  const attributes = new Set([...bySource.values()].flat());
  return {
    names: there.filter((name) => attributes.has(name)),
    isDeleted: there.every((name) => attributes.has(name) || name === VERSION),
  };
}

async function looked(store: RowStore, erasure: Erasure): Promise<Done | null> {
  const row = await store.names(erasure.place);
  return row === null ? null : doneTo(erasure, row.names);
}

async function erasedRow(store: RowStore, erasure: Erasure): Promise<Done | null> {
  const { place } = erasure;
  let tried: Done | null = null;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const row = await store.names(place);
    // Gone, by somebody else or by an attempt whose answer was lost.
    if (row === null) return tried;
    tried = doneTo(erasure, row.names);
    if (await gone(store, place, tried, row.version)) return tried;
  }
  throw new AttributesError("ROW_CHANGED", "a row is written all the time, and was not erased");
}

async function gone(store: RowStore, place: RowPlace, { names, isDeleted }: Done, version: number): Promise<boolean> {
  if (isDeleted) return store.delete(place, version);
  return names.length === 0 || store.strip(place, [...names, VERSION], version);
}

function namesAlone({ holder, is, attributes }: Elsewhere): Receipt["elsewhere"][number] {
  return { holder, is, attributes: Object.keys(attributes) };
}

function byName([one]: readonly [string, number], [other]: readonly [string, number]): number {
  return one < other ? -1 : 1;
}
