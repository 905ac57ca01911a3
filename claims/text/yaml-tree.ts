import { type Document, isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode, Scalar } from "yaml";
import { code } from "../shape/place.ts";
import type { SourceEntry, SourceNode, SourceProblem } from "./source-node.ts";
import { codePoint, UNSEEN, UNSEEN_IN_NAMES } from "./unseen.ts";
import type { Mark } from "./yaml-tokens.ts";

/** The deepest a map may nest; the language itself needs nine levels. */
export const DEEPEST = 20;

/** Names that JavaScript objects give a meaning of their own. No map needs them. */
const POISONED: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** A parsed document as a tree, and what in it a claim map does not use. What stands
 * at a place that `isBlanked` was reported before. */
export function toSourceTree(
  document: Document.Parsed,
  isBlanked: (offset: number) => boolean,
): { readonly root: SourceNode | null; readonly problems: readonly SourceProblem[] } {
  const problems: SourceProblem[] = [];
  const report = (code: string, offset: number, message: string, fix: string): void => {
    problems.push({ code, offset, message, fix });
  };
  const root = document.contents === null ? null : toNode(document.contents, 0, 1);
  return { root, problems };

  function toNode(node: ParsedNode | null, near: number, depth: number): SourceNode {
    const [start, end] = node?.range ?? [near, near];
    const broken: SourceNode = { kind: "broken", start, end };
    if (depth > DEEPEST && node !== null && !isScalar(node)) {
      report("CS110", start, `this is nested more than ${DEEPEST} levels deep`, "Flatten it.");
      return broken;
    }
    if (isMap(node)) return { kind: "map", start, end, entries: toEntries(node.items, depth) };
    if (isSeq(node)) {
      return {
        kind: "list",
        start,
        end,
        items: node.items.map((item) => toNode(item, start, depth + 1)),
      };
    }
    if (!isScalar(node)) return isAlias(node) ? broken : { kind: "null", start, end };
    if (isNothing(node) && isBlanked(start)) return broken;
    const scalar = toScalar(node, start, end);
    if (scalar.kind === "text") reportUnseen(scalar.value, UNSEEN, start);
    return scalar;
  }

  function reportUnseen(value: string, unseen: RegExp, offset: number): void {
    const at = value.search(unseen);
    if (at < 0) return;
    report("CS102", offset, `this holds ${codePoint(value, at)}, which nobody can see`, "Write it without.");
  }

  function toEntries(items: readonly unknown[], depth: number): readonly SourceEntry[] {
    const entries = new Map<string, SourceEntry>();
    for (const { key, value } of items as readonly Pair<ParsedNode, ParsedNode | null>[]) {
      const [start, end] = key.range;
      const name = keyText(key);
      if (name === undefined) {
        report("CS102", start, "this key is more than text", "Write a plain name.");
      } else if (name === "<<") {
        report("CS102", start, "a merge key: `<<`", "Write the keys out where they are needed.");
      } else if (POISONED.has(name)) {
        report("CS102", start, `\`${name}\` is no name for anything in a map`, "Choose another name.");
      } else if (entries.has(name)) {
        report("CS102", start, `\`${name}\` stands here twice`, "Keep one of the two.");
        entries.set(name, { key: name, start, end, value: { kind: "broken", start: end, end } });
      } else {
        reportUnseen(name, UNSEEN_IN_NAMES, start);
        entries.set(name, { key: name, start, end, value: toNode(value, end, depth + 1) });
      }
    }
    return [...entries.values()];
  }
}

/** Anchors, aliases, tags, directives and a further document, each where it stands. */
export function profileProblems(text: string, marks: readonly Mark[]): readonly SourceProblem[] {
  const second = marks.find((mark) => mark.kind === "document" && startsAnother(text, mark));
  return marks.flatMap((mark): SourceProblem[] => {
    const at = (message: string, fix: string): SourceProblem[] => [
      { code: "CS102", offset: mark.offset, message, fix },
    ];
    if (mark.kind === "anchor") return at(`an anchor: ${code(mark.text)}`, "Write the value out where it is needed.");
    if (mark.kind === "alias") return at(`an alias: ${code(mark.text)}`, "Write the value out.");
    if (mark.kind === "tag") {
      return at(`a tag: ${code(mark.text)}`, "Delete it; name infrastructure by `${env:NAME}`.");
    }
    if (mark.kind === "directive") return at("a YAML directive", "Delete the line.");
    return mark === second ? at("a second document starts here", "Keep one claim map in a file.") : [];
  });
}

/** `---` with something in front of it, or `...` with something behind. */
function startsAnother(text: string, { text: marker, offset }: Mark): boolean {
  const rest = marker === "---" ? text.slice(0, offset) : text.slice(offset + marker.length);
  return /^(?!%)[ \t\r\ufeff]*[^\s#\ufeff]/m.test(rest);
}

function keyText(key: ParsedNode): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === "string" ? key.value : (key.source ?? "");
}

function isNothing(node: Scalar.Parsed): boolean {
  return node.value === null && (node.source ?? "") === "";
}

function toScalar(node: Scalar.Parsed, start: number, end: number): SourceNode {
  const { value, source: written } = node;
  if (typeof value === "number") return { kind: "number", start, end, value, written };
  if (typeof value === "boolean") return { kind: "bool", start, end, value, written };
  if (typeof value === "string") return { kind: "text", start, end, value, quoted: node.type !== Scalar.PLAIN };
  return { kind: "null", start, end };
}
