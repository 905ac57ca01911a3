import type { YAMLParseError } from "yaml";
import type { SourceProblem } from "./source-node.ts";
import { type Mark, openBrackets } from "./yaml-tokens.ts";

type At = (offset: number, message: string, fix: string) => SourceProblem;

/** A YAML error in our words, at the place where somebody would mend it. */
export function describeFault(
  text: string,
  marks: readonly Mark[],
  errors: readonly YAMLParseError[],
  error: YAMLParseError,
): SourceProblem {
  const at: At = (offset, message, fix) => ({ code: "CS101", offset, message, fix });
  const offset = error.pos[0];
  const word = wordAt(text, offset);
  switch (error.code) {
    case "TAB_AS_INDENT":
      return at(offset, "a tab indents this line", "Indent with blanks: YAML takes no tabs.");
    case "BAD_DQ_ESCAPE":
      return at(offset, `\`${text.slice(offset, offset + 2)}\` is no escape`, "Write `\\\\`, or use single quotes.");
    case "MISSING_CHAR":
      return missingCharacter(text, marks, error, at);
    case "BAD_INDENT":
      return badIndent(text, marks, error, at);
    case "UNEXPECTED_TOKEN":
      if (/^Unexpected flow-(map|seq)-end/.test(error.message)) {
        return at(offset, `nothing was opened that this \`${word}\` could close`, "Delete it, or add what it closes.");
      }
      if (/block-seq-ind/.test(error.message)) {
        const fix = "Begin a new line, or write `[ ]` around the items.";
        return at(offset, "a list item stands on the line of its key", fix);
      }
      return at(offset, `\`${word}\` is more than YAML expects here`, "Quote the value, or begin a new line.");
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return misplacedLine(text, errors, error, at);
    default:
      return at(offset, `YAML cannot read this: ${firstLine(error.message)}`, "Correct it, or quote the value.");
  }
}

function missingCharacter(text: string, marks: readonly Mark[], error: YAMLParseError, at: At): SourceProblem {
  const offset = error.pos[0];
  const quote = marks.findLast((mark) => mark.kind === "quote" && mark.offset < offset);
  if (/quote/.test(error.message) && quote !== undefined) {
    return at(quote.offset, "this quote is never closed", `Add the \`${quote.text.charAt(0)}\` that ends the text.`);
  }
  if (error.message.startsWith("Missing ,")) {
    return at(
      offset,
      `a \`,\` is missing in front of \`${wordAt(text, offset)}\``,
      "Add it, or quote the whole value.",
    );
  }
  return noColon(text, lineStart(text, Math.max(0, offset - 1)), at);
}

function badIndent(text: string, marks: readonly Mark[], error: YAMLParseError, at: At): SourceProblem {
  const open = error.message.startsWith("Flow") ? openBrackets(marks, error.pos[0]).at(-1) : undefined;
  if (open === undefined) return misindented(text, lineStart(text, error.pos[0]), at);
  const closing = text.charAt(open) === "{" ? "}" : "]";
  return at(open, `this \`${text.charAt(open)}\` is never closed`, `Add the \`${closing}\`.`);
}

/** A key over several lines: its first line lacks a colon, or its last is indented too far. */
function misplacedLine(text: string, errors: readonly YAMLParseError[], error: YAMLParseError, at: At): SourceProblem {
  const [from] = error.pos;
  const key = errors.find(({ code, pos }) => code === "MULTILINE_IMPLICIT_KEY" && pos[0] === from);
  if (key === undefined) {
    return at(from, `\`${wordAt(text, from)}\` holds a second \`: \``, "Quote the value, or begin a new line.");
  }
  const start = lineStart(text, from);
  const isWholeLine = text.slice(start, from).trim() === "";
  return isWholeLine ? noColon(text, start, at) : misindented(text, lineStart(text, key.pos[1]), at);
}

function noColon(text: string, start: number, at: At): SourceProblem {
  const word = start + (/^[ \t-]*/.exec(text.slice(start))?.[0].length ?? 0);
  const message = `\`${wordAt(text, word)}\` has no \`:\` with a blank behind it`;
  return at(word, message, "Write `KEY: VALUE`.");
}

function misindented(text: string, start: number, at: At): SourceProblem {
  const word = start + indentOf(text, start);
  return at(word, "this line is not indented like its neighbours", "Give all keys of one part the same indentation.");
}

/**
 * The value to blank so that the rest can be read: what belongs to the line at `offset`, without its key or dash. With
 * `wider`, what belongs to the entry around the last range tried.
 */
export function faultyRange(text: string, offset: number): Range {
  const start = lineStart(text, offset);
  const line = text.slice(start, lineEnd(text, start));
  const head =
    /^[ \t]*(?:-[ \t]+)*(?:(?:"[^"]*"|'[^']*'|[^\s"'{}[\],#&*!][^\s{}[\],]*):(?=[ \t]|$)|-(?=[ \t]|$))?/.exec(
      line,
    )?.[0] ?? "";
  return { from: start + (head.trim() === "" ? 0 : head.length), to: entryEnd(text, start), start };
}

/** The range of the entry that `range` stands in; undefined at the top of the file. */
export function widerRange(text: string, range: Range): Range | undefined {
  const indent = indentOf(text, range.start);
  for (let start = range.start; start > 0; ) {
    start = lineStart(text, start - 1);
    if (!isBlank(text, start) && indentOf(text, start) < indent) return faultyRange(text, start);
  }
  return undefined;
}

/** What to blank, and where the line stands that it begins on. */
export type Range = { readonly from: number; readonly to: number; readonly start: number };

/** The end of the last line that is indented deeper than the one at `start`. */
function entryEnd(text: string, start: number): number {
  const indent = indentOf(text, start);
  let end = lineEnd(text, start);
  for (let next = end + 1; next < text.length; next = lineEnd(text, next) + 1) {
    if (isBlank(text, next)) continue;
    if (indentOf(text, next) <= indent) break;
    end = lineEnd(text, next);
  }
  return end;
}

function indentOf(text: string, start: number): number {
  return /^[ \t]*/.exec(text.slice(start, lineEnd(text, start)))?.[0].length ?? 0;
}

function isBlank(text: string, start: number): boolean {
  return /^[ \t\r]*(?:#|$)/.test(text.slice(start, lineEnd(text, start)));
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

/** The word at a place, short enough for a line of a report. */
function wordAt(text: string, offset: number): string {
  const word = /^(?:[^\s]{1,24}|$)/.exec(text.slice(offset, offset + 24))?.[0] ?? "";
  return word === "" ? "this" : word.replaceAll("`", "'");
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? message;
}
