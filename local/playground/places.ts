import type { MapPath, Position } from "../../claims/claim-map.ts";
import type { SourceNode } from "../../claims/text/source-node.ts";
import { positionOf } from "../../claims/text/source-text.ts";
import type { Span } from "./messages.ts";

/** A word, or a text in quotes; what an editor underlines where only a beginning is known. */
const WORD = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,{}[\]:]+|./y;

/** The word that begins at a place of a text; never longer than its line. */
export function wordAt(text: string, { line, column }: Position): Span {
  const lines = text.split(/\r\n|[\r\n]/, line);
  WORD.lastIndex = column - 1;
  const word = WORD.exec(lines[line - 1] ?? "")?.[0] ?? "";
  return { from: { line, column }, to: { line, column: column + word.length } };
}

/** The span of whatever stands deepest along a path; of the first line where there is nothing. */
export function spanAlong(text: string, root: SourceNode | null): (path: MapPath) => Span {
  const position = positionOf(text);
  return (path) => {
    let found = root;
    let start = root?.start ?? 0;
    for (const step of path) {
      const next: SourceNode | undefined =
        found?.kind === "map"
          ? found.entries.find(({ key }) => key === step)?.value
          : found?.kind === "list"
            ? found.items[Number(step)]
            : undefined;
      if (next === undefined) break;
      found = next;
      start = next.start;
    }
    // A whole map or list would underline half the text: its beginning stands for it.
    const from = position(start);
    if (found === null || found.kind === "map" || found.kind === "list") {
      return { from, to: { line: from.line, column: from.column + 1 } };
    }
    return { from, to: position(found.end) };
  };
}
