import { visible } from "./visible.ts";

/** Columns of a terminal that a line of source may take; what is longer is shown around its caret. */
const WIDEST = 100;
/** Columns before the caret that a window keeps: what leads up to a mistake tells more than what follows. */
const BEFORE = 60;

/** Two columns on a terminal: East Asian wide and full-width characters, and emoji (Unicode UAX #11, in outline). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** One line of an excerpt; `number` is null for the line that holds the caret. */
export type ExcerptLine = { readonly number: number | null; readonly text: string };

/**
 * The line of `source` that a place is in, its neighbours where they say something, and a caret under the column. A
 * line too wide is shown around the column, its neighbours in the same window. Nothing, where there is no such line.
 */
export function excerpt(source: readonly string[], line: number, column: number): readonly ExcerptLine[] {
  const here = source[line - 1];
  if (here === undefined) return [];
  const start = Math.max(0, column - 1 - 10 * WIDEST);
  const before = cells(here.slice(start, column - 1));
  const after = cells(here.slice(column - 1, column - 1 + 10 * WIDEST));
  const fits = start === 0 && before.length + after.length <= WIDEST;
  const from = fits ? 0 : Math.max(0, before.length - BEFORE);
  const neighbour = (number: number): readonly ExcerptLine[] => {
    const text = window(cells((source[number - 1] ?? "").slice(start, start + 20 * WIDEST)), from);
    return /[^\s.]/.test(text) ? [{ number, text }] : [];
  };
  const pad = before.slice(from).reduce((width, cell) => width + columns(cell), from > 0 ? CUT.length : 0);
  return [
    ...neighbour(line - 1),
    { number: line, text: window([...before, ...after], from) },
    { number: null, text: `${" ".repeat(pad)}^` },
    ...neighbour(line + 1),
  ];
}

const CUT = "...";

/** Code points as they are shown: tabs four wide, whatever a terminal would make of them. */
function cells(text: string): readonly string[] {
  return Array.from(visible(text.replace(/\r$/, "").replaceAll("\t", "    ")));
}

function window(line: readonly string[], from: number): string {
  const shown = line.slice(from, from + WIDEST).join("");
  return `${from > 0 ? CUT : ""}${shown.trimEnd()}${line.length > from + WIDEST ? CUT : ""}`;
}

function columns(cell: string): number {
  return /\p{M}/u.test(cell) ? 0 : WIDE.test(cell) ? 2 : 1;
}
