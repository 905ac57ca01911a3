/** A scalar's place in the text and what it reads as. */
export type PlacedText = { readonly start: number; readonly end: number; readonly value: string };

/** Characters of the text and the characters of the value they stand for. */
type Piece = { readonly written: number; readonly read: number };

const BLOCK_HEADER = /[|>][^\n]*\n/y;
const FLOW_BREAKS = /[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]*/y;
const BLOCK_BREAKS = /\r?\n(?:[ \t]*\r?\n)*/y;
const ESCAPE = /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|\r?\n[ \t]*|.)/sy;

/**
 * Where character `index` of a scalar's value stands in the text, whatever the scalar's style: quotes, escapes, folded
 * lines and the indentation of block scalars are stepped over. Source: YAML 1.2.2, chapters 7.3 and 8.1.
 */
export function scalarOffset(text: string, scalar: PlacedText, index: number): number {
  const quote = /["']/.exec(text.charAt(scalar.start))?.[0];
  const header = matchAt(BLOCK_HEADER, text, scalar.start);
  const body = scalar.start + header.length;
  const indent = header === "" ? undefined : matchAt(/ */y, text, body).length;
  let at = body + (indent ?? (quote === undefined ? 0 : 1));
  let read = 0;
  while (at < scalar.end) {
    const piece = quote === undefined ? undefined : escapePiece(text, at, quote);
    const next = piece ?? breakPiece(text, at, indent, scalar.value, read) ?? { written: 1, read: 1 };
    if (index < read + next.read) return at;
    at += next.written;
    read += next.read;
  }
  return scalar.end;
}

function escapePiece(text: string, at: number, quote: string): Piece | undefined {
  if (quote === "'") return text.startsWith("''", at) ? { written: 2, read: 1 } : undefined;
  const escaped = matchAt(ESCAPE, text, at);
  if (escaped === "") return undefined;
  if (/[\r\n]/.test(escaped)) return { written: escaped.length, read: 0 };
  const beyondTheBasicPlane = escaped.startsWith("\\U") && Number.parseInt(escaped.slice(2), 16) > 0xffff;
  return { written: escaped.length, read: beyondTheBasicPlane ? 2 : 1 };
}

/** A line break reads as one blank, several as one less line break; in a literal block every one as itself. */
function breakPiece(
  text: string,
  at: number,
  indent: number | undefined,
  value: string,
  read: number,
): Piece | undefined {
  const breaks = matchAt(indent === undefined ? FLOW_BREAKS : BLOCK_BREAKS, text, at);
  if (breaks === "") return undefined;
  const inner = indent === undefined ? 0 : Math.min(indent, matchAt(/ */y, text, at + breaks.length).length);
  const folded = value.charAt(read) === " " ? 1 : matchAt(/\n*/y, value, read).length;
  return { written: breaks.length + inner, read: folded };
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}
