import type { Reference, TemplatePart } from "../plan.ts";

/** A key template in parts, or the text in braces that a key cannot be built from, and where it starts. */
export type KeyTemplate =
  | { readonly parts: readonly TemplatePart[] }
  | { readonly problem: "braces" | "reference"; readonly text: string; readonly offset: number };

/** What a key may be built from: both are Cognito's own word, so nobody chooses somebody else's row. */
const KEY_REFERENCES: ReadonlyMap<string, Reference> = new Map([
  ["user.sub", ["user", "sub"]],
  ["client.id", ["client", "id"]],
]);

/** Splits a template such as `STAFF#{user.sub}` into its fixed text and its references. */
export function readKeyTemplate(template: string): KeyTemplate {
  const parts: TemplatePart[] = [];
  let from = 0;
  for (const { 0: whole, 1: inside = "", index } of template.matchAll(/\{([^{}]*)\}/g)) {
    const ref = KEY_REFERENCES.get(inside.trim());
    if (ref === undefined) return { problem: "reference", text: inside.trim(), offset: index };
    if (index > from) parts.push(template.slice(from, index));
    parts.push({ ref });
    from = index + whole.length;
  }
  if (from < template.length) parts.push(template.slice(from));
  const stray = template.replace(/\{[^{}]*\}/g, (whole) => " ".repeat(whole.length)).search(/[{}]/);
  return stray < 0 ? { parts } : { problem: "braces", text: template.slice(stray, stray + 1), offset: stray };
}

/** The references a template reads. */
export function templateReferences(parts: readonly TemplatePart[]): readonly Reference[] {
  return parts.flatMap((part) => (typeof part === "string" ? [] : [part.ref]));
}
