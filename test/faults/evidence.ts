/** What was seen while a cell ran, whoever answered. */
export type Evidence = {
  /** Every answer: its code, null for a token or an opened one, and how long it took. */
  readonly answers: { readonly code: string | null; readonly ms: number }[];
  /** Where nothing personal may stand, and what of it may not. */
  readonly texts: { readonly content: string; readonly secrets: readonly string[] }[];
  /** Tokens without something that was to hold a person back, by policy. */
  readonly lost: string[];
  /** The outcome of every event that the function answered: its code, or null for a token. */
  readonly decided: (string | null)[];
  /** Every decision record. */
  readonly records: DecisionLine[];
};

/** A decision record, with its metrics beside it. */
export type DecisionLine = { readonly [name: string]: unknown };

export function noEvidence(): Evidence {
  return { answers: [], texts: [], lost: [], decided: [], records: [] };
}

/** The decision records among lines that were printed. */
export function recordsIn(printed: string): readonly DecisionLine[] {
  return printed.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    try {
      const record = JSON.parse(line) as DecisionLine;
      return typeof record["outcome"] === "string" ? [record] : [];
    } catch {
      return [];
    }
  });
}

/** What the records say of a metric, all of them together. */
export function sumOf(records: readonly DecisionLine[], metric: string): number {
  return records.reduce((sum, { [metric]: value = 0 }) => sum + Number(value), 0);
}

/** How many decisions have no record, and records of decisions that nobody saw, by their codes. */
export function unrecorded({ decided, records }: Evidence): { readonly missing: number; readonly strange: unknown[] } {
  const left = [...decided];
  const strange = records.flatMap(({ code = null }) => {
    const at = left.indexOf(code as string | null);
    if (at >= 0) left.splice(at, 1);
    return at >= 0 ? [] : [code];
  });
  return { missing: left.length, strange };
}
