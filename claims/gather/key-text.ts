import type { Look } from "../evaluate/evaluate.ts";
import type { KeyTemplates, Reference, TemplatePart } from "../plan.ts";

/** DynamoDB takes no longer sort key (API quotas, "Partition keys and sort keys"), and no honest key is near it. */
const MAX_BYTES = 1_024;

/**
 * Fills in key templates. `undefined` when one cannot be filled so that every value can be told from its neighbours:
 * what two subjects fill in differently is never the same key.
 */
export function keyTexts(templates: KeyTemplates, look: Look): { readonly [attribute: string]: string } | undefined {
  const texts = Object.entries(templates).map(([attribute, template]) => [attribute, keyText(template, look)] as const);
  return texts.some(([, text]) => text === undefined)
    ? undefined
    : (Object.fromEntries(texts) as { readonly [attribute: string]: string });
}

function keyText(template: readonly TemplatePart[], look: Look): string | undefined {
  const values = template.map((part) => (typeof part === "string" ? part : textOf(part.ref, look)));
  if (values.some((value) => value === undefined || value === "")) return undefined;
  const text = values.join("");
  return isTellable(template, text) && Buffer.byteLength(text) <= MAX_BYTES ? text : undefined;
}

function textOf(ref: Reference, look: Look): string | undefined {
  const fact = look(ref);
  // Half of a surrogate pair has no bytes of its own: DynamoDB would be asked for another key.
  return fact.state === "present" && typeof fact.value === "string" && !/\p{Surrogate}/u.test(fact.value)
    ? fact.value
    : undefined;
}

/**
 * Whether the fixed texts of a template stand in its filled text exactly where the template puts them, and nowhere
 * else: neither inside a value, nor half in one (`x#` in front of `##`). Then there is one way to read it.
 */
function isTellable(template: readonly TemplatePart[], filled: string): boolean {
  const fixed = template.filter((part) => typeof part === "string");
  const isParted = template.every((part, index) => typeof part === "string" || typeof template[index + 1] !== "object");
  return (
    isParted &&
    fixed.every((text) => occurrences(filled, text) === fixed.reduce((sum, each) => sum + occurrences(each, text), 0))
  );
}

/** How often `sought` stands in `text`, overlaps counted. */
function occurrences(text: string, sought: string): number {
  let count = 0;
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) count += 1;
  return count;
}
