import type { Position } from "../claim-map.ts";

/** A map's text, with the places where the reader put in a quote that was missing. */
export type SourceText = {
  readonly text: string;
  /** Offsets in the order of insertion, each in the text as it was then; one character each. */
  readonly inserted: readonly number[];
};

/** Line and column, both from 1, of an offset; columns count UTF-16 units, as editors do. */
export function positionOf(original: string): (offset: number) => Position {
  const starts = [0];
  for (let at = original.indexOf("\n"); at >= 0; at = original.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

/** An offset of the text as read, in the text as written. */
export function originalOffset({ inserted }: SourceText, offset: number): number {
  return inserted.reduceRight((at, insertion) => (at > insertion ? at - 1 : at), offset);
}

/** An offset of the text as written, in the text as read. */
export function currentOffset({ inserted }: SourceText, offset: number): number {
  return inserted.reduce((at, insertion) => (at >= insertion ? at + 1 : at), offset);
}

/** The text with `from..to` put in single quotes, those inside it doubled as YAML asks. */
export function quoteRange({ text, inserted }: SourceText, from: number, to: number): SourceText {
  const inner = [...text.slice(from, to).matchAll(/'/g)].map(({ index }) => from + index);
  const places = [from, ...inner, to].map((at, before) => at + before);
  return {
    text: `${text.slice(0, from)}'${text.slice(from, to).replaceAll("'", "''")}'${text.slice(to)}`,
    inserted: [...inserted, ...places],
  };
}

/** Text in quotes as a person would write it in YAML: the quotes that leave it as it is, where there are such. */
export function quoted(text: string): string {
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}

/** The text with everything but line breaks in `from..to` blank: what follows keeps its place. */
export function blankRange({ text, inserted }: SourceText, from: number, to: number): SourceText {
  return { text: text.slice(0, from) + text.slice(from, to).replace(/[^\r\n]/g, " ") + text.slice(to), inserted };
}
