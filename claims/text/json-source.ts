import type { SourceProblem } from "./source-node.ts";

const BLANKS = /[ \t\r\n]*/y;
const PLAIN = String.raw`[^"\\\t\r\n]*`;
const ESCAPED = String.raw`\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})`;
const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const TOKEN = new RegExp(`"${PLAIN}(?:${ESCAPED}${PLAIN})*"|${NUMBER}|true|false|null|[[\\]{},:]`, "y");

/** What may come next. */
type State = "value" | "key" | "colon" | "next";

const EXPECTED: { readonly [state in State]: string } = {
  value: "a value",
  key: "a name in double quotes",
  colon: "`:`",
  next: "`,` or the closing bracket",
};

/** Whether a text is JSON (RFC 8259); a byte order mark in front is let pass. */
export function isJsonText(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\ufeff/, ""));
    return true;
  } catch {
    return false;
  }
}

/** The first place where a text stops being JSON, since the runtime's own message seldom says. */
export function jsonFault(text: string): SourceProblem {
  const brackets: string[] = [];
  let state: State = "value";
  let mayClose = false;
  for (let at = text.startsWith("\ufeff") ? 1 : 0; ; ) {
    BLANKS.lastIndex = at;
    at += BLANKS.exec(text)?.[0].length ?? 0;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    const bracket = brackets.at(-1);
    const closes = token !== undefined && token === bracket && (state === "next" || mayClose);
    const opens = state === "value" && (token === "{" || token === "[");
    const fits = closes || opens || (token !== undefined && follows(state, token) && (state !== "next" || bracket));
    if (!fits) {
      const expected = state === "next" && bracket === undefined ? "the end of the file" : EXPECTED[state];
      const message = `this is not JSON: ${expected} is expected here`;
      return { code: "CS101", offset: Math.min(at, text.length), message, fix: remedy(text, at, mayClose) };
    }
    at += token?.length ?? 0;
    mayClose = opens;
    if (closes) brackets.pop();
    if (opens) brackets.push(token === "{" ? "}" : "]");
    if (opens) state = token === "{" ? "key" : "value";
    else if (closes || state === "value") state = "next";
    else if (state === "key") state = "colon";
    else state = state === "colon" || bracket === "]" ? "value" : "key";
  }
}

function follows(state: State, token: string): boolean {
  if (state === "key") return token.startsWith('"');
  if (state === "value") return !/^[[\]{},:]/.test(token);
  return token === (state === "colon" ? ":" : ",");
}

function remedy(text: string, at: number, afterOpening: boolean): string {
  if (/^[\]}]/.test(text.slice(at)) && !afterOpening) return "Delete the `,` in front, or correct the bracket.";
  if (/^(?:\/[/*]|#)/.test(text.slice(at, at + 2)))
    return "Delete the comment: JSON has none. YAML has: name the file `*.claims.yaml`.";
  return "Correct it, or name the file `*.claims.yaml` if it is YAML.";
}
