import { styleText } from "node:util";
import type { Finding } from "../../claims/finding.ts";
import { type CheckedText, counts } from "../findings.ts";
import { excerpt } from "./excerpt.ts";
import { caretShows, withoutCaret } from "./own-caret.ts";
import { visible, visiblePath } from "./visible.ts";

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

const COLOURS = { error: "red", warning: "yellow", info: "cyan" } as const;

/**
 * Findings for people: place, level, code and what is wrong, the source with a caret, what to write instead; then how
 * to read more, and a line that counts. Nothing of the map reaches the terminal as a control character.
 */
export function textReport(checked: CheckedText, colour: boolean): string {
  const { path, findings } = checked;
  const [first] = findings.toSorted((one, other) => RANK[one.level] - RANK[other.level]);
  const more = first === undefined ? [] : [`to read more: claimseal check --explain ${first.code}`];
  return [...findingBlocks(checked, colour), ...more, counts(path, findings)].join("\n\n");
}

/** Each finding of a text as people read it. */
export function findingBlocks({ path, text, findings }: CheckedText, colour: boolean): readonly string[] {
  // Whether colour is wanted was decided where the terminal is known; the stream is not asked again.
  const paint: Paint = (style, painted) => (colour ? styleText(style, painted, { validateStream: false }) : painted);
  const source = text.split("\n");
  return findings.map((finding, index) => block(path, source, finding, findings[index - 1], paint));
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

function block(
  path: string,
  source: readonly string[],
  { line, column, level, code, message, fix }: Finding,
  previous: Finding | undefined,
  paint: Paint,
): string {
  const shown = excerpt(source, line, column);
  const rest = (source[line - 1] ?? "").slice(column - 1);
  const said = shown.length > 0 && caretShows(message, rest) ? withoutCaret(message) : message;
  // Several findings of one place need its excerpt once.
  const isRepeated = previous?.line === line && previous.column === column;
  return [
    `${visiblePath(path)}:${line}:${column}`,
    `  ${paint(["bold", COLOURS[level]], level)} ${paint("bold", code)}  ${indented(said)}`,
    ...(isRepeated ? [] : excerptLines(shown, (text) => paint(["bold", COLOURS[level]], text))),
    `  fix: ${indented(fix)}`,
  ].join("\n");
}

function excerptLines(shown: ReturnType<typeof excerpt>, paintCaret: (caret: string) => string): readonly string[] {
  const width = Math.max(0, ...shown.map(({ number }) => String(number ?? "").length));
  return shown.map(({ number, text }) =>
    number === null
      ? `    ${" ".repeat(width)} | ${" ".repeat(text.length - 1) + paintCaret("^")}`
      : `    ${String(number).padStart(width)} | ${text}`.trimEnd(),
  );
}

/** Further lines stand behind a bar: none of them can begin with what a CI system takes for a command. */
function indented(text: string): string {
  return visible(text).replaceAll("\n", "\n    | ");
}
