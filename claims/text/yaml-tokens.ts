import { CST, Lexer } from "yaml";

/** A token that means something beyond its text, by where it stands. */
export type Mark = {
  readonly kind: "anchor" | "alias" | "tag" | "directive" | "document" | "quote" | "open" | "close";
  readonly offset: number;
  readonly text: string;
};

export type Tokens = {
  readonly marks: readonly Mark[];
  /** Where nesting passes what a parser may safely be given; null for every file a person would write. */
  readonly tooDeep: number | null;
};

/** Above this the YAML library could exhaust the stack, which not every version of Node survives. */
const DEEPEST = 200;

const MARKS: Readonly<Partial<Record<string, Mark["kind"]>>> = {
  anchor: "anchor",
  alias: "alias",
  tag: "tag",
  "directive-line": "directive",
  "doc-start": "document",
  "doc-end": "document",
  "single-quoted-scalar": "quote",
  "double-quoted-scalar": "quote",
  "flow-map-start": "open",
  "flow-seq-start": "open",
  "flow-map-end": "close",
  "flow-seq-end": "close",
};

/** Reads a text's tokens without building anything from them, in time linear in its length. */
export function scanTokens(text: string): Tokens {
  const marks: Mark[] = [];
  let offset = 0;
  let flows = 0;
  let blocks = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    const type = isScalar ? "scalar" : CST.tokenType(token);
    isScalar = token === CST.SCALAR && !isScalar;
    if (type === "newline") blocks = 0;
    else if (flows === 0) blocks += blockLevels(token, type, offset === 0 || text.charAt(offset - 1) === "\n");
    if (type === "flow-map-start" || type === "flow-seq-start") flows += 1;
    else if (type === "flow-map-end" || type === "flow-seq-end") flows = Math.max(0, flows - 1);
    else if (type === "flow-error-end") flows = 0;
    const kind = type === null ? undefined : MARKS[type];
    if (kind !== undefined) marks.push({ kind, offset, text: token });
    if (flows + blocks > DEEPEST) return { marks, tooDeep: offset };
    // The lexer's own marks between tokens have no place in the text.
    if (type !== "doc-mode" && type !== "flow-error-end" && token !== CST.SCALAR) offset += token.length;
  }
  return { marks, tooDeep: null };
}

/** Where the brackets stand that are open at `offset`, outermost first. */
export function openBrackets(marks: readonly Mark[], offset: number): readonly number[] {
  const open: number[] = [];
  for (const mark of marks) {
    if (mark.offset >= offset) break;
    if (mark.kind === "open") open.push(mark.offset);
    if (mark.kind === "close") open.pop();
  }
  return open;
}

/** How many levels of block nesting one token can add on its line: never too few. */
function blockLevels(token: string, type: string | null, startsLine: boolean): number {
  if (type === "space") return startsLine ? token.length : 0;
  return type === "seq-item-ind" || type === "explicit-key-ind" || type === "map-value-ind" ? 1 : 0;
}
