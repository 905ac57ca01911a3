import { type Document, parseDocument } from "yaml";
import { isJsonText, jsonFault } from "./json-source.ts";
import type { SourceNode, SourceProblem } from "./source-node.ts";
import { blankRange, originalOffset, quoted, quoteRange, type SourceText } from "./source-text.ts";
import { codePoint, TURNING } from "./unseen.ts";
import { faultyRange, type Range, strayLine, widerRange } from "./yaml-entry.ts";
import { describeFault, strayFault } from "./yaml-faults.ts";
import { type Mark, scanTokens } from "./yaml-tokens.ts";
import { commaTrap, errorTrap, quoteTrap, type Trap, tagTrap } from "./yaml-traps.ts";
import { profileProblems, toSourceTree } from "./yaml-tree.ts";

/** A map's text as read: what could be made of it, what is wrong with it, and the text that offsets refer to. */
export type Source = {
  readonly root: SourceNode | null;
  readonly problems: readonly SourceProblem[];
  readonly source: SourceText;
};

/** Bytes of the largest map that is read. */
export const LARGEST: number = 256 * 1024;

/** How often a broken text is mended and read again, and how much may be read for it: bounds on what one file costs. */
const MENDINGS = 24;
const MENDED_BYTES = 256 * 1024;
/** Beyond this size nobody wrote the file by hand. */
const MENDABLE = 32 * 1024;

/**
 * Reads YAML (or JSON) into a tree with offsets. A value that only lacks quotes is read as it was meant; anything else
 * that YAML cannot read is blanked, so that one mistake hides no other. Never throws.
 */
export function readSource(text: string, format: "yaml" | "json"): Source {
  const problem = refusal(text, format);
  return problem === undefined ? readYaml(text) : { root: null, problems: [problem], source: { text, inserted: [] } };
}

function refusal(text: string, format: "yaml" | "json"): SourceProblem | undefined {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > LARGEST) {
    const message = `the file has ${bytes} bytes; a claim map has at most ${LARGEST}`;
    return { code: "CS110", offset: 0, message, fix: "Split it: one map for each user pool." };
  }
  // YAML allows none of these in a text, JSON not even in a string (YAML 1.2.2, chapter 5.1; RFC 8259, section 7).
  const control = text.search(/(?![\t\n\r])\p{Cc}/u);
  if (control >= 0) {
    return {
      code: "CS101",
      offset: control,
      message: "a control character",
      fix: "Delete it, or save the file as UTF-8 text.",
    };
  }
  const turn = text.search(TURNING);
  if (turn >= 0) {
    const message = `${codePoint(text, turn)} changes the order in which a line is shown`;
    return { code: "CS102", offset: turn, message, fix: "Delete it: who reviews a map must see what it says." };
  }
  return format === "json" && !isJsonText(text) ? jsonFault(text) : undefined;
}

type Reading = {
  readonly document: Document.Parsed;
  readonly marks: readonly Mark[];
  readonly trap: Trap | undefined;
  readonly fault: SourceProblem | undefined;
  /** Where the YAML library stumbled first, which is seldom where the fault is. */
  readonly errorAt: number;
};

function readYaml(text: string): Source {
  const problems: SourceProblem[] = [];
  const blanked: Range[] = [];
  let source: SourceText = { text, inserted: [] };
  let last: Range | undefined;
  let lastFault: number | undefined;
  for (let mendings = 0; ; mendings += 1) {
    const reading = parse(source.text);
    if ("code" in reading) return { root: null, problems: [...problems, inOriginal(source, reading)], source };
    const { fault, trap } = reading;
    const isMendable = mendings < Math.min(MENDINGS, MENDED_BYTES / text.length) && text.length <= MENDABLE;
    const mended = trap && isMendable ? mend(source, trap) : undefined;
    if (trap && mended) {
      problems.push(inOriginal(source, trapProblem(source.text, trap)));
      source = mended;
      last = undefined;
    } else if (fault === undefined) {
      const tree = toSourceTree(reading.document, (offset) => isWithin(blanked, originalOffset(source, offset)));
      const found = [...tree.problems, ...profileProblems(source.text, reading.marks)].map((problem) =>
        inOriginal(source, problem),
      );
      return { root: tree.root, problems: [...problems, ...found], source };
    } else {
      const again = last !== undefined && (fault.offset === lastFault || isIn(last, fault.offset));
      const range: Range | undefined =
        last && again ? widerRange(source.text, last) : faultyRange(source.text, fault.offset);
      if (!again) problems.push(inOriginal(source, fault));
      if (range === undefined || !isMendable) return { root: null, problems, source };
      blanked.push({ ...range, from: originalOffset(source, range.from), to: originalOffset(source, range.to) });
      source = blankRange(source, range.from, range.to);
      last = range;
      lastFault = fault.offset;
    }
  }
}

/** Parses a text and looks for the first thing wrong with it; a problem where nothing can be made of it at all. */
function parse(text: string): Reading | SourceProblem {
  const { marks, tooDeep } = scanTokens(text);
  if (tooDeep !== null) {
    return { code: "CS110", offset: tooDeep, message: "this is nested far too deeply", fix: "Flatten it." };
  }
  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      version: "1.2",
      schema: "core",
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
    });
  } catch {
    // A defect of the library (CVE-2023-2251 was one) must not end the process that checks a map.
    return { code: "CS101", offset: 0, message: "YAML cannot read this file", fix: "Write it anew, part by part." };
  }
  const [error] = document.errors.toSorted((one, other) => one.pos[0] - other.pos[0]);
  const errorAt = error?.pos[0] ?? Number.POSITIVE_INFINITY;
  const tag = tagTrap(text, marks);
  const stray = error && strayLine(text);
  if (stray !== undefined) return { document, marks, trap: undefined, fault: strayFault(text, stray), errorAt: stray };
  // What the library makes of a text behind an error says nothing about commas.
  const fault = error && describeFault(text, marks, document.errors, error);
  const behind = fault && (errorTrap(text, marks, errorAt) ?? quoteTrap(text, marks, fault.offset));
  const trap = tag && tag.from < errorAt ? tag : fault ? behind : commaTrap(document);
  return { document, marks, trap, fault, errorAt };
}

/** The text with a trapped value in quotes, if that makes it readable up to its end. */
function mend(source: SourceText, trap: Trap): SourceText | undefined {
  const quotes = quoteRange(source, trap.from, trap.to);
  const reading = parse(quotes.text);
  if ("code" in reading) return undefined;
  return Math.min(reading.trap?.from ?? reading.errorAt, reading.errorAt) > trap.to ? quotes : undefined;
}

function trapProblem(text: string, { from, to, why }: Trap): SourceProblem {
  const before = text.slice(text.lastIndexOf("\n", from - 1) + 1, from);
  const key = /[^\s{[,]+:[ \t]+$/.exec(before)?.[0] ?? "";
  const fix = `Write \`${key}${quoted(text.slice(from, to))}\`.`;
  return { code: "CS108", offset: from, message: `${why}: the whole value needs quotes`, fix };
}

function isIn({ line, to }: Range, offset: number): boolean {
  return line <= offset && offset <= to;
}

function isWithin(ranges: readonly Range[], offset: number): boolean {
  // YAML puts an empty value behind its colon or dash, up to two characters ahead of what was blanked.
  return ranges.some(({ from, to }) => from - 2 <= offset && offset <= to);
}

function inOriginal(source: SourceText, problem: SourceProblem): SourceProblem {
  return { ...problem, offset: originalOffset(source, problem.offset) };
}
