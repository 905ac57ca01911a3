/** Any value JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * The value of a JSON text, or undefined where the text is no JSON, names a member twice, or nests deeper than
 * `maxDepth` arrays and objects.
 *
 * `JSON.parse` keeps the last of two members with one name, other parsers the first, so a text that has both means
 * different things to different readers (RFC 8259 section 4, RFC 7519 section 4). Nothing is thrown: the parser's own
 * errors quote the text.
 */
export function parseStrictJson(text: string, maxDepth: number): Json | undefined {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  return isStrict(text, maxDepth) ? value : undefined;
}

/** Walks a text known to be JSON: from bracket to bracket, and from string to string. */
function isStrict(json: string, maxDepth: number): boolean {
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (character === "{" || character === "[") {
      if (open.push(new Set()) > maxDepth) return false;
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === '"') {
      const start = at;
      at = endOfString(json, start);
      if (!isName(json, at + 1)) continue;
      // Names are compared as they read, not as they are written: "\u0061" and "a" are one name.
      const written = json.slice(start + 1, at);
      const name = written.includes("\\") ? (JSON.parse(`"${written}"`) as string) : written;
      const names = open.at(-1);
      if (names?.has(name)) return false;
      names?.add(name);
    }
  }
  return true;
}

/** Where the string ends that begins at `start`: at the next quote that no odd number of backslashes stands before. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
}

/** Whether a colon comes next, which makes the string before it a member's name (RFC 8259 section 2: white space). */
function isName(json: string, from: number): boolean {
  let at = from;
  while (json[at] === " " || json[at] === "\n" || json[at] === "\r" || json[at] === "\t") at += 1;
  return json[at] === ":";
}
