/** A part of the text to blank, and the line it belongs to. */
export type Range = {
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly indent: number;
};

/** A key with its colon, or a list's dashes: what is left of an entry whose value is blanked. */
const HEAD = /^[ \t]*(?:-[ \t]+)*(?:(?:"[^"]*"|'[^']*'|[^\s"'{}[\],#&*!@`%|>][^\s{}[\],]*):(?=[ \t]|$)|-(?=[ \t]|$))?/;

/** A line that begins an entry: a name, or a name in quotes, and a colon. */
const KEY = /^(?:"[^"]*"|'[^']*'|[^\s"'{}[\],&*!|>@`-][^\s"'{}[\],]*):(?:\s|$)/;

/** The value to blank so that the rest can be read: what belongs to the line at `offset`, behind its key or dash. */
export function faultyRange(text: string, offset: number): Range {
  const line = lineStart(text, offset);
  const head = HEAD.exec(lineAt(text, line))?.[0] ?? "";
  return {
    from: line + (head.trim() === "" ? 0 : head.length),
    to: entryEnd(text, line),
    line,
    indent: indentAt(text, line),
  };
}

/** What to blank next if that did not help: the key too, then what the entry stands in; undefined at the top. */
export function widerRange(text: string, { from, to, line, indent }: Range): Range | undefined {
  if (from > line) return { from: line, to, line, indent };
  for (let start = line; start > 0; ) {
    start = lineStart(text, start - 1);
    if (!isBlank(text, start) && indentAt(text, start) < indent) return faultyRange(text, start);
  }
  return undefined;
}

/**
 * The first line at the very left that cannot begin an entry of a map: a stray quote, bracket or word. YAML would carry
 * it on to wherever its partner might stand, and complain there.
 */
export function strayLine(text: string): number | undefined {
  const lines = [...text.matchAll(/^(?!---|\.\.\.|[ \t]*#|[%}\]]).*\S.*$/gm)];
  // A map in braces may begin its lines with anything.
  if (!lines.some(({ 0: line }) => KEY.test(line))) return undefined;
  let holdsItems = false;
  let isBehindKey = false;
  for (const { 0: line, index } of lines) {
    const isKey = KEY.test(line);
    if (isKey) holdsItems = /:[ \t\r]*(?:#.*)?$/.test(line);
    else if (/^[ \t]/.test(line)) holdsItems &&= !isBehindKey;
    else if (!holdsItems || !/^-(?:[ \t\r]|$)/.test(line)) return index;
    isBehindKey = isKey;
  }
  return undefined;
}

/** Where the line of `offset` starts. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

/** The line that starts at `start`, without its break. */
export function lineAt(text: string, start: number): string {
  return text.slice(start, lineEnd(text, start));
}

/** How far the line that starts at `start` is indented. */
export function indentAt(text: string, start: number): number {
  return /^[ \t]*/.exec(lineAt(text, start))?.[0].length ?? 0;
}

/** The end of the last line that is indented deeper than the one at `start`. */
function entryEnd(text: string, start: number): number {
  const indent = indentAt(text, start);
  let end = lineEnd(text, start);
  for (let next = end + 1; next < text.length; next = lineEnd(text, next) + 1) {
    if (isBlank(text, next)) continue;
    if (indentAt(text, next) <= indent) break;
    end = lineEnd(text, next);
  }
  return end;
}

function isBlank(text: string, start: number): boolean {
  return /^[ \t\r]*(?:#|$)/.test(lineAt(text, start));
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}
