import type { Reference, TemplatePart } from "../plan.ts";

/** A key template in parts, or the text in braces that a key cannot be built from, and where it starts. */
export type KeyTemplate =
  | { readonly parts: readonly TemplatePart[] }
  | { readonly problem: "braces" | "reference" | "neighbours"; readonly text: string; readonly offset: number };

/** A root and what follows it: `user.sub`, `user["custom:org"]`, `client.metadata.clinic`. */
const REFERENCE = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\["[^"\\]+"\])+$/;
const STEP = /(?:^|\.)([A-Za-z_]\w*)|\["([^"\\]+)"\]/g;

/** Splits a template such as `STAFF#{user.sub}` into its fixed text and its references. */
export function readKeyTemplate(template: string): KeyTemplate {
  const parts: TemplatePart[] = [];
  let from = 0;
  for (const { 0: whole, 1: inside = "", index } of template.matchAll(/\{([^{}]*)\}/g)) {
    const ref = readReference(inside.trim());
    if (ref === undefined) return { problem: "reference", text: inside.trim(), offset: index };
    if (index > from) parts.push(template.slice(from, index));
    // `ab` and `c` would fill in the same key as `a` and `bc`.
    else if (parts.length > 0) return { problem: "neighbours", text: whole, offset: index };
    parts.push({ ref });
    from = index + whole.length;
  }
  if (from < template.length) parts.push(template.slice(from));
  const stray = template.replace(/\{[^{}]*\}/g, (whole) => " ".repeat(whole.length)).search(/[{}]/);
  return stray < 0 ? { parts } : { problem: "braces", text: template.slice(stray, stray + 1), offset: stray };
}

/** A reference as an expression writes it; `undefined` for everything else an expression could be. */
export function readReference(text: string): Reference | undefined {
  if (!REFERENCE.test(text)) return undefined;
  const [root = "", ...rest] = [...text.matchAll(STEP)].map(([, name, quoted]) => name ?? quoted ?? "");
  return [root, ...rest];
}

/** The references a template reads. */
export function templateReferences(parts: readonly TemplatePart[]): readonly Reference[] {
  return parts.flatMap((part) => (typeof part === "string" ? [] : [part.ref]));
}
