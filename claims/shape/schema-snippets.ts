import type { Kind } from "./shape.ts";

export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** An entry as somebody might begin it: what it is called, its name, and what it holds. */
export type Sketch = { readonly label: string; readonly name: string; readonly holds: Json };

/** Beginnings by the noun of what begins. */
export type Sketches = { readonly [noun: string]: readonly Sketch[] };

/** Text to insert; a tab stop is `${1:what stands there}` or `${1|one,other|}`. */
export type Snippet = { readonly label: string; readonly description: string; readonly body: Json };

/**
 * The `defaultSnippets` of a map by names: each sketch, with a tab stop wherever the writer has something to say.
 *
 * @see https://code.visualstudio.com/docs/languages/json (snippets in JSON schemas)
 */
export function snippetsOf(noun: string, of: Kind, sketches: Sketches): readonly Snippet[] {
  const known = Object.hasOwn(sketches, noun) ? sketches[noun] : undefined;
  return (known ?? []).map(({ label, name, holds }) => {
    const stop = tabStops();
    const named = stop(name);
    return { label, description: `Insert ${label}.`, body: { [named]: withStops(of, holds, stop) } };
  });
}

type Stop = (written: string, choices?: readonly string[]) => string;

/** Tab stops, numbered as they come. */
function tabStops(): Stop {
  let last = 0;
  return (written, choices) => {
    last += 1;
    if (choices === undefined) return `\${${last}:${escaped(written)}}`;
    const others = choices.filter((choice) => choice !== written);
    return `\${${last}|${[written, ...others].map(escaped).join(",")}|}`;
  };
}

/** Without what would end a tab stop, or a choice in one. */
function escaped(text: string): string {
  return text.replaceAll(/[\\$},|]/g, (character) => `\\${character}`);
}

function withStops(kind: Kind | undefined, holds: Json, stop: Stop): Json {
  if (typeof holds === "string") return stop(holds, choicesOf(kind));
  // Behind `^` it is inserted without quotes.
  if (typeof holds !== "object") return `^${stop(String(holds))}`;
  if (isList(holds)) return holds.map((item) => withStops(kind?.kind === "list" ? kind.of : undefined, item, stop));
  return Object.fromEntries(
    Object.entries(holds).map(([name, value]) => {
      const inner = innerKind(kind, name);
      return [inner?.isNamed === true ? stop(name) : name, withStops(inner?.kind, value, stop)];
    }),
  );
}

function choicesOf(kind: Kind | undefined): readonly string[] | undefined {
  const choice = kind?.kind === "either" ? kind.choice : kind;
  return choice?.kind === "choice" && choice.of.length > 1 ? choice.of : undefined;
}

function innerKind(
  kind: Kind | undefined,
  name: string,
): { readonly kind: Kind | undefined; readonly isNamed: boolean } | undefined {
  if (kind?.kind === "names") return { kind: kind.of, isNamed: true };
  return kind?.kind === "record" || kind?.kind === "either"
    ? { kind: kind.record.keys[name]?.kind, isNamed: false }
    : undefined;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
