import type { TemplatePart } from "../claims/plan.ts";

/**
 * Whether a text could be a key template filled in: its fixed texts stand in it one after the other, with something
 * between them, and the first and the last where the template begins and ends.
 *
 * @param isOpen Whether the text may go on after the template, as after what a sort key begins with.
 */
export function couldFill(template: readonly TemplatePart[], text: string, isOpen = false): boolean {
  let at = 0;
  for (const [index, part] of template.entries()) {
    if (typeof part !== "string") continue;
    const isLast = index === template.length - 1 && !isOpen;
    // What is filled in has at least one character.
    const from = index === 0 ? 0 : at + 1;
    const found = isLast && index > 0 ? text.lastIndexOf(part) : text.indexOf(part, from);
    if (found < from || (index === 0 && found !== 0) || (isLast && found + part.length !== text.length)) return false;
    at = found + part.length;
  }
  const endsOpen = typeof template.at(-1) !== "string";
  return !endsOpen || text.length > at;
}
