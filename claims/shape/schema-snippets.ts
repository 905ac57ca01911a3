import type { Json, JsonSchema } from "./json-schema.ts";
import type { Form, Kind, RecordShape } from "./shape.ts";

/** A beginning of an entry: what it is called, and its keys besides the mandatory ones (`dynamodb.key` for inner ones). */
export type Sketch = { readonly label: string; readonly name: string; readonly keys: readonly string[] };

/** Beginnings by the noun of what begins. */
export type Sketches = { readonly [noun: string]: readonly Sketch[] };

/**
 * The `defaultSnippets` of a map by names: an entry with a name and its keys, each with a place to fill in.
 *
 * @see https://code.visualstudio.com/docs/languages/json#_define-snippets-in-json-schemas
 */
export function snippetsOf(noun: string, of: Kind, form: Form | undefined, sketches: Sketches): readonly JsonSchema[] {
  if (of.kind !== "record" || !Object.hasOwn(sketches, noun)) return [];
  return (sketches[noun] ?? []).map(({ label, name, keys }) => {
    const fill = places();
    const named = fill(form?.example ?? name);
    return { label, description: `Begin ${label}.`, body: { [named]: begun(of.record, keys, fill) } };
  });
}

type Fill = (example: string, choices?: readonly string[]) => string;

/** Tab stops, numbered as they come. */
function places(): Fill {
  let last = 0;
  return (example, choices) => {
    last += 1;
    const written = choices === undefined ? `:${escaped(example)}` : `|${choices.map(escaped).join(",")}|`;
    return `\${${last}${written}}`;
  };
}

/** What would end a tab stop, or a choice in one. */
function escaped(text: string): string {
  return text.replaceAll(/[\\$},|]/g, (character) => `\\${character}`);
}

function begun({ keys }: RecordShape, more: readonly string[], fill: Fill): { readonly [name: string]: Json } {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([name, { kind, required }]) => {
      const inner = more.filter((path) => path.startsWith(`${name}.`)).map((path) => path.slice(name.length + 1));
      const isWanted = required === true || more.includes(name) || inner.length > 0;
      return isWanted ? [[name, beginning(kind, inner, fill)] as const] : [];
    }),
  );
}

function beginning(kind: Kind, more: readonly string[], fill: Fill): Json {
  switch (kind.kind) {
    case "text":
      if (kind.as === "template") return fill("KEY#{user.sub}");
      return fill(kind.form?.example ?? (kind.as === "expression" ? "SOURCE.ATTRIBUTE" : "TEXT"));
    case "choice":
      return kind.of.length === 1 ? (kind.of[0] ?? "") : fill("", kind.of);
    case "bool":
      return fill("", ["false", "true"]);
    case "whole":
      return fill(String(kind.least));
    case "constant":
      return kind.value;
    case "literal":
      return fill("VALUE");
    case "list":
      return [beginning(kind.of, more, fill)];
    case "record":
      return begun(kind.record, more, fill);
    case "names":
      return { [fill(kind.form?.example ?? "NAME")]: beginning(kind.of, more, fill) };
    case "either":
      return beginning(kind.choice, more, fill);
  }
}
