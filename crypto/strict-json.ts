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

/** A string, with the colon that makes it a member's name, or a bracket. Enough to walk a text known to be JSON. */
const TOKEN = /"(?:[^"\\]|\\.)*"(?:\s*(:))?|[{}[\]]/g;

function isStrict(json: string, maxDepth: number): boolean {
  const open: Set<string>[] = [];
  for (const [token, colon] of json.matchAll(TOKEN)) {
    if (token === "{" || token === "[") {
      if (open.push(new Set()) > maxDepth) return false;
    } else if (token === "}" || token === "]") {
      open.pop();
    } else if (colon !== undefined) {
      // Names are compared as they read, not as they are written: "\u0061" and "a" are one name.
      const name = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string;
      const names = open.at(-1);
      if (names?.has(name)) return false;
      names?.add(name);
    }
  }
  return true;
}
