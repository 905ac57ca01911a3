import { readDeclared } from "../claims/gather/declared-value.ts";
import type { Declaration, PlanType } from "../claims/plan.ts";
import type { JsonValue } from "../cognito/json.ts";

/**
 * A text, of a command line or of a cell, as the value its declaration asks for: numbers and truth as such, timestamps
 * as they are written, lists and maps as JSON. A text that is none stays text, and so is found invalid.
 */
export function typedText({ type }: Declaration, text: string): JsonValue {
  if (typeof type === "object") return jsonOrText(text);
  if (type === "timestamp") return /^-?\d+$/.test(text) ? Number(text) : text;
  if (type === "string") return text;
  return scalar(type, text) ?? text;
}

function scalar(type: PlanType, text: string): number | boolean | undefined {
  const fact = readDeclared({ type, class: "open" }, text, { asText: true });
  if (fact.state !== "present") return undefined;
  return typeof fact.value === "boolean" ? fact.value : Number(fact.value);
}

function jsonOrText(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
