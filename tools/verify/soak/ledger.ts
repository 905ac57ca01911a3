import type { Person } from "./people.ts";

/** What the function's process says of one event. */
export type Answered = {
  readonly id: string;
  readonly response?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
  /** As the function's process counts it. */
  readonly ms: number;
};

/** Every event that was sent, its answer and its record, held against one another as soon as both are there. */
export type Ledger = {
  readonly sent: (id: string, person: Person) => void;
  readonly answered: (answer: Answered) => void;
  /** A line of the function's standard output. */
  readonly printed: (line: string) => void;
  /** Events that wait for an answer or a record. */
  readonly open: () => number;
  readonly counts: () => LedgerCounts;
};

export type LedgerCounts = {
  readonly events: number;
  readonly issued: number;
  readonly refused: number;
  readonly records: number;
  /** Records that the function says it could not write. */
  readonly lost: number;
  readonly stale: number;
  readonly mostMs: number;
  /** What is wrong, by its kind: how often. */
  readonly wrong: { readonly [problem: string]: number };
};

type Entry = { readonly person: Person; answer?: Answered; record?: Line };
type Line = {
  readonly requestId?: string;
  readonly outcome?: string;
  readonly code?: string;
  readonly RecordsLost?: number;
  readonly stale?: readonly unknown[];
};

export function openLedger(): Ledger {
  const entries = new Map<string, Entry>();
  const pseudonyms = new Map<Person, unknown>();
  const count = { events: 0, issued: 0, refused: 0, records: 0, lost: 0, stale: 0, mostMs: 0 };
  const wrong: Record<string, number> = {};
  const note = (problem: string, isWrong = true): void => {
    if (isWrong) wrong[problem] = (wrong[problem] ?? 0) + 1;
  };

  function close(id: string, { person, answer, record }: Entry): void {
    if (answer === undefined || record === undefined) return;
    entries.delete(id);
    const code = /\(([A-Z0-9_]+)\)$/.exec(answer.error?.message ?? "")?.[1];
    const isAlike = answer.error ? record.outcome === "refused" && record.code === code : record.outcome === "issued";
    note("a record that tells of another decision", !isAlike);
    note("an error that is no refusal", answer.error !== undefined && answer.error.name !== "Refusal");
    if (answer.error) count.refused += 1;
    else readToken(person, answer.response);
  }

  function readToken(person: Person, response: unknown): void {
    count.issued += 1;
    const { role, team, staff_ref: pseudonym } = claimsIn(response);
    note("a claim of somebody else", role !== person.role || (team !== undefined && team !== person.team));
    if (pseudonym === undefined) return;
    const known = pseudonyms.get(person) ?? pseudonym;
    pseudonyms.set(person, known);
    note("another pseudonym than before", known !== pseudonym);
  }

  return {
    sent: (id, person) => {
      count.events += 1;
      entries.set(id, { person });
    },
    answered: (answer) => {
      count.mostMs = Math.max(count.mostMs, answer.ms);
      const entry = entries.get(answer.id);
      if (entry === undefined) return note("an answer to nothing");
      entry.answer = answer;
      close(answer.id, entry);
    },
    printed: (text) => {
      const line = read(text);
      if (line === null) return note("a line that is no record");
      count.records += 1;
      count.lost += line.RecordsLost ?? 0;
      count.stale += line.stale?.length ?? 0;
      const entry = entries.get(line.requestId ?? "");
      if (entry === undefined || entry.record !== undefined) return note("a second record, or one of no event");
      entry.record = line;
      close(line.requestId ?? "", entry);
    },
    open: () => entries.size,
    counts: () => {
      const left = [...entries.values()];
      const missing = {
        "no answer": left.filter(({ answer }) => answer === undefined).length,
        "no record": left.filter(({ record }) => record === undefined).length,
      };
      const all = Object.entries({ ...wrong, ...missing }).filter(([, times]) => times > 0);
      return { ...count, wrong: Object.fromEntries(all) };
    },
  };
}

function read(text: string): Line | null {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === "object" && line !== null && "_aws" in line ? (line as Line) : null;
  } catch {
    return null;
  }
}

function claimsIn(response: unknown): { readonly [claim: string]: unknown } {
  const { claimsAndScopeOverrideDetails: details } = response as {
    readonly claimsAndScopeOverrideDetails?: {
      readonly accessTokenGeneration?: { readonly claimsToAddOrOverride?: { readonly [claim: string]: unknown } };
    };
  };
  return details?.accessTokenGeneration?.claimsToAddOrOverride ?? {};
}
