import type { Field, PlanType } from "../claims/plan.ts";

/** What a declaration asks for, in words: type and bounds. */
export function declaredText({ type, values, maxLength, maxItems, min, max, pattern }: Field): string {
  const bounds = [
    values && `one of ${values.map((each) => JSON.stringify(each)).join(", ")}`,
    maxLength !== undefined && `at most ${maxLength} bytes`,
    maxItems !== undefined && `at most ${maxItems} items`,
    min !== undefined && `at least ${min}`,
    max !== undefined && `at most ${max}`,
    pattern !== undefined && `matching ${pattern}`,
  ];
  return [typeText(type), ...bounds.filter((each) => typeof each === "string")].join(", ");
}

function typeText(type: PlanType): string {
  if (typeof type === "string") return type;
  if ("list" in type) return `list<${typeText(type.list)}>`;
  if ("map" in type) return `map<string, ${typeText(type.map)}>`;
  const fields = Object.entries(type.fields).map(([name, field]) => `${name}: ${declaredText(field)}`);
  return `map { ${fields.join("; ")} }`;
}
