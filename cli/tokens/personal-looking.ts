import { PERSONAL_ATTRIBUTES } from "../../cognito/standard-attributes.ts";
import type { Json } from "../../crypto/strict-json.ts";

/** Names that people give to personal data, in whatever spelling. */
const NAMES =
  /e-?mail|phone|mobile|birth|surname|(first|last|given|family|full|legal|middle|nick|maiden|display)name|^name$|address|^ssn$|passport|gender|licen[cs]e|iban|picture|socialsecurity|taxid/;

/** Attributes of the standard that say nothing about a person by themselves. */
const HARMLESS: ReadonlySet<string> = new Set([
  "locale",
  "zoneinfo",
  "updated_at",
  "email_verified",
  "phone_number_verified",
]);

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^\+[1-9]\d{6,14}$/;

/**
 * Why a claim looks personal, or null. A guess by name and form, for somebody to look at: it misses what has neither, and
 * a claim map, which is told, does not.
 */
export function personalLooking(name: string, value: Json): string | null {
  const plain =
    name
      .toLowerCase()
      .replace(/^custom:/, "")
      .split(/[:/]/)
      .at(-1) ?? "";
  if (HARMLESS.has(plain)) return null;
  if (PERSONAL_ATTRIBUTES.has(name) || NAMES.test(plain.replaceAll(/[_\s]/g, "")))
    return "its name is one of personal data";
  const found = texts(value);
  if (found.some((text) => EMAIL.test(text.trim()))) return "its value has the form of an email address";
  if (found.some((text) => PHONE.test(text.replaceAll(/[\s().-]/g, ""))))
    return "its value has the form of a phone number";
  return null;
}

/** Every text in a value, at any depth, names of members included. */
function texts(value: Json): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(texts);
  return Object.entries(value as { readonly [name: string]: Json }).flatMap(([name, each]) => [name, ...texts(each)]);
}
