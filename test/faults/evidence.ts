/** What was seen while a cell ran, whoever answered. */
export type Evidence = {
  /** Every answer: its code, null for a token or an opened one, and how long it took. */
  readonly answers: { readonly code: string | null; readonly ms: number }[];
  /** Where nothing personal may stand, and what of it may not. */
  readonly texts: { readonly content: string; readonly secrets: readonly string[] }[];
  /** Tokens without something that was to hold a person back, by policy. */
  readonly lost: string[];
  /** Events that were answered by the function, and decision records that were printed. */
  events: number;
  records: number;
};

export function noEvidence(): Evidence {
  return { answers: [], texts: [], lost: [], events: 0, records: 0 };
}

/** The decision records among lines that were printed. */
export function recordsIn(printed: string): readonly Readonly<Record<string, unknown>>[] {
  return printed.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    try {
      const record = JSON.parse(line) as Record<string, unknown>;
      return typeof record["outcome"] === "string" ? [record] : [];
    } catch {
      return [];
    }
  });
}
