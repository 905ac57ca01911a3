import type { YAMLParseError } from "yaml";
import { code } from "../shape/place.ts";
import type { SourceProblem } from "./source-node.ts";
import { indentAt, lineAt, lineStart } from "./yaml-entry.ts";
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
  const word = code(wordAt(text, offset));
  switch (error.code) {
    case "TAB_AS_INDENT":
      return at(offset, "a tab indents this line", "Indent with blanks: YAML takes no tabs.");
    case "BAD_DQ_ESCAPE":
      return at(offset, `${code(text.slice(offset, offset + 2))} is no escape`, "Write `\\\\`, or use single quotes.");
    case "MISSING_CHAR":
      return missingCharacter(text, marks, error, at);
    case "BAD_INDENT":
      return badIndent(text, marks, error, at);
    case "UNEXPECTED_TOKEN":
      if (/^Unexpected flow-(map|seq)-end/.test(error.message)) {
        return at(offset, `nothing was opened that this ${word} could close`, "Delete it, or add what it closes.");
      }
      if (/block-seq-ind/.test(error.message)) {
        const fix = "Begin a new line, or write `[ ]` around the items.";
        return at(offset, "a list item stands on the line of its key", fix);
      }
      return at(offset, `${word} is more than YAML expects here`, "Quote the value, or begin a new line.");
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return misplacedLine(text, errors, error, at);
    default:
      return at(offset, `YAML cannot read this: ${error.message}`, "Correct it, or quote the value.");
  }
}

/** A line that no map can begin an entry with. */
export function strayFault(text: string, offset: number): SourceProblem {
  const message = `${code(lineAt(text, offset))} is no key with a value`;
  return { code: "CS101", offset, message, fix: "Write `KEY: VALUE`, or delete the line." };
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
      `a \`,\` is missing in front of ${code(wordAt(text, offset))}`,
      "Add it, or quote the whole value.",
    );
  }
  if (error.message.startsWith("Sequence item")) {
    const item = offset + indentAt(text, offset);
    return at(
      item,
      `${code(wordAt(text, item))} stands in a list and has no \`-\``,
      "Add the `-`, or make the list a map.",
    );
  }
  return noColon(text, lineStart(text, offset), at);
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
    return at(from, `${code(wordAt(text, from))} holds a second \`: \``, "Quote the value, or begin a new line.");
  }
  const start = lineStart(text, from);
  const isWholeLine = text.slice(start, from).trim() === "";
  return isWholeLine ? noColon(text, start, at) : misindented(text, lineStart(text, key.pos[1]), at);
}

function noColon(text: string, start: number, at: At): SourceProblem {
  const word = start + (/^[ \t-]*/.exec(text.slice(start))?.[0].length ?? 0);
  // With a colon in it, the line has some other fault: a dash in front of a key, a quote that swallows what follows.
  if (/:[ \t]|:$/.test(lineAt(text, start))) return misindented(text, start, at);
  const message = `${code(wordAt(text, word))} has no \`:\` with a blank behind it`;
  return at(word, message, "Write `KEY: VALUE`.");
}

function misindented(text: string, start: number, at: At): SourceProblem {
  const word = start + indentAt(text, start);
  const fix = "Give all keys of one part the same indentation, and check quotes and brackets.";
  return at(word, "this line does not fit its neighbours", fix);
}

/** The word at a place, short enough for a line of a report. */
function wordAt(text: string, offset: number): string {
  return /^\s*(\S{1,24})/.exec(text.slice(offset, offset + 200))?.[1] ?? "the end";
}
