import { type Document, isScalar, type Pair, type ParsedNode, Scalar, visit, type YAMLMap } from "yaml";
import { type Mark, openBrackets } from "./yaml-tokens.ts";

/** A value that YAML takes apart, and would leave alone in quotes. */
export type Trap = { readonly from: number; readonly to: number; readonly why: string };

/** What begins a value: a key with its colon, a list's bracket, comma or dash. */
const VALUE_START =
  /(?<=^|[\s{,[])(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}[\],#][^\s{}[\],]*):[ \t]+|[[,][ \t]*|^[ \t]*-[ \t]+/gm;
const CEL_KEY = /(?:^|[\s{,])(?:value|when):[ \t]+$/;
const CEL_START = /(?<=^|[\s{,])(?:value|when|only|default):[ \t]+/g;
/** What YAML sees as more than text. */
const MEANS_SOMETHING = /[[\]{},]|:[ \t]|:$|[ \t]#|^[!%@`|>"'&*]/;

/** How many beginnings of values around an error are looked at, and how long they may be: bounds for one long line. */
const NEAREST = 16;
const LONGEST = 2_000;

/** The first value of an expression that YAML takes for a tag: `when: !staff.suspended`. */
export function tagTrap(text: string, marks: readonly Mark[]): Trap | undefined {
  const tag = marks.find(
    ({ kind, offset }) => kind === "tag" && CEL_KEY.test(text.slice(Math.max(0, offset - 40), offset)),
  );
  if (tag === undefined) return undefined;
  const to = valueEnd(text, tag.offset, openBrackets(marks, tag.offset).length > 0);
  return { from: tag.offset, to, why: "`!` starts a YAML tag here" };
}

/**
 * The first value that a comma cuts off inside `{ }`: in `{ value: f(a, b) }`, YAML reads a key `b)` without a value.
 * A lone `{user.sub}` is no map either.
 */
export function commaTrap(document: Document.Parsed): Trap | undefined {
  let trap: Trap | undefined;
  visit(document, {
    Map(_, map) {
      trap = isFlow(map) ? (cutValue(map) ?? loneBraces(map)) : undefined;
      return trap && visit.BREAK;
    },
  });
  return trap;
}

/** The value around the place of a YAML error, if quotes would mend it. */
export function errorTrap(text: string, marks: readonly Mark[], offset: number): Trap | undefined {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const starts = [...text.slice(lineStart, offset + 1).matchAll(VALUE_START)].map(
    (match) => lineStart + match.index + match[0].length,
  );
  const near = starts.filter((start) => start <= offset).slice(-NEAREST);
  for (const from of near.toReversed()) {
    const to = valueEnd(text, from, openBrackets(marks, from).length > 0);
    const value = text.slice(from, to);
    if (offset < to && MEANS_SOMETHING.test(value) && !closesMore(value) && !isWhole(value, text, from, offset)) {
      return { from, to, why: reason(value) };
    }
  }
  return undefined;
}

/**
 * The first expression on a line whose quotes YAML did not see as such: in `{ value: l.join(",") }` the comma ends the
 * value and a quote is left open, in `{ value: a + " #1" }` a comment begins, and YAML stumbles far behind.
 */
export function quoteTrap(text: string, marks: readonly Mark[], offset: number): Trap | undefined {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const starts = [...text.slice(lineStart, endOfLine(text, lineStart)).matchAll(CEL_START)].slice(0, NEAREST);
  for (const match of starts) {
    const from = lineStart + match.index + match[0].length;
    const to = valueEnd(text, from, openBrackets(marks, from).length > 0);
    const value = text.slice(from, to);
    if (value.length > LONGEST || /^["']/.test(value)) continue;
    const texts = [...value.matchAll(/"[^"]*"|'[^']*'/g)].map(([text]) => text);
    const sign = /,| #/.exec(texts.find((text) => /,| #/.test(text)) ?? "")?.[0];
    if (sign !== undefined) return { from, to, why: `\`${sign}\` means something to YAML here` };
  }
  return undefined;
}

/** Whether it is the end of a longer value: `'b')` of `f(x, 'b')`. */
function closesMore(value: string): boolean {
  const bare = value.replaceAll(/"[^"]*"|'[^']*'/g, "");
  return bare.split(")").length > bare.split("(").length;
}

/** Whether the value is quoted, or a map, list or list item of its own: then quotes would be the wrong advice. */
function isWhole(value: string, text: string, from: number, offset: number): boolean {
  if (/^(?:- .*|[[\]{},]*|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')$/.test(value)) return true;
  const closing = value.startsWith("[") || value.startsWith("{") ? bracketEnd(text, from) : undefined;
  return closing !== undefined && offset < closing;
}

function reason(value: string): string {
  if (/^["']/.test(value)) return "YAML takes the first quote for its own";
  const sign = /^[!%@`|>&*]/.exec(value)?.[0] ?? /[[\]{},]|:(?=\s|$)|(?<=\s)#/.exec(value)?.[0] ?? "";
  return `\`${sign}\` means something to YAML here`;
}

function isFlow(map: YAMLMap): boolean {
  return map.flow === true;
}

function cutValue(map: YAMLMap): Trap | undefined {
  const items = map.items as readonly Pair<ParsedNode, ParsedNode | null>[];
  const cut = items.findIndex(({ value }, index) => value === null && isPlainText(items[index - 1]?.value));
  const from = items[cut - 1]?.value?.range?.[0];
  if (from === undefined) return undefined;
  const rest = items.slice(cut);
  const length = rest.findIndex(({ value }) => value !== null);
  const to = rest[(length < 0 ? rest.length : length) - 1]?.key.range?.[1];
  return to === undefined ? undefined : { from, to, why: "`,` ends a value inside `{ }`" };
}

function loneBraces(map: YAMLMap): Trap | undefined {
  const [only, ...others] = map.items as readonly Pair<ParsedNode, ParsedNode | null>[];
  if (only?.value !== null || others.length > 0 || !map.range) return undefined;
  const isReference = isScalar(only.key) && /^\w+(?:\.\w+)+$/.test(String(only.key.source));
  return isReference ? { from: map.range[0], to: map.range[1], why: "`{` starts a YAML map" } : undefined;
}

function isPlainText(node: ParsedNode | null | undefined): boolean {
  return isScalar(node) && node.type === Scalar.PLAIN;
}

/** Where a value would end if its brackets and quotes were its own; never beyond its line. */
function valueEnd(text: string, from: number, inFlow: boolean): number {
  const lineEnd = endOfLine(text, from);
  let depth = 0;
  let at = from;
  for (; at < lineEnd; at += 1) {
    const sign = text.charAt(at);
    if (inFlow && depth === 0 && /[,}\]]/.test(sign)) break;
    if (sign === "#" && /[ \t]/.test(text.charAt(at - 1))) break;
    if (/[[{(]/.test(sign)) depth += 1;
    else if (/[\]})]/.test(sign)) depth = Math.max(0, depth - 1);
    else if (sign === '"' || sign === "'") {
      const closing = text.indexOf(sign, at + 1);
      if (closing > at && closing < lineEnd) at = closing;
    }
  }
  return from + text.slice(from, at).trimEnd().length;
}

/** The offset behind the bracket that closes the one at `from`; the end of the line where none does. */
function bracketEnd(text: string, from: number): number {
  const lineEnd = endOfLine(text, from);
  let depth = 0;
  for (let at = from; at < lineEnd; at += 1) {
    if (/[[{]/.test(text.charAt(at))) depth += 1;
    else if (/[\]}]/.test(text.charAt(at)) && --depth === 0) return at + 1;
  }
  return lineEnd;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
