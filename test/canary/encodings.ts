import { hash as digestOf } from "node:crypto";
import { type Written, writtenForms } from "../../local/leak-search.ts";
import type { Shape } from "./canaries.ts";

/** One way to write a canary. Any `window` characters of `text` in a row count as a leak. */
export type Form = { readonly encoding: string; readonly text: string; readonly window: number };

/** Characters that six of the source make in each kind of text, so that a part of a value is found as well. */
export const WINDOWS = { text: 6, digits: 8, escaped: 8, base64: 8, base32: 8, hex: 12, utf16: 12, hash: 16 } as const;

/** Shapes of so few different characters that six in a row may be there by chance. */
const WEAK: { readonly [shape in Shape]?: number } = { phone: 8, date: 8, number: 8, uuid: 16 };

/** Every form a leaked value may have, each text once: as it can be written, its digits alone, and its hashes. */
export function formsOf(value: string, shape: Shape): readonly Form[] {
  const { digits, base64, hash } = WINDOWS;
  const forms: Form[] = [];
  const add = (encoding: string, text: string, window: number): void => {
    if (text.length >= window) forms.push({ encoding, text, window });
  };
  for (const { encoding, text, alphabet } of writtenForms(value)) add(encoding, text, windowOf(alphabet, shape));
  const numerals = value.replace(/\D/g, "");
  if (numerals !== value) add("digits only", numerals, digits);
  if (shape === "date") {
    add("seconds", String(Math.floor(Date.parse(value) / 1000)), digits);
    add("milliseconds", String(Date.parse(value)), digits);
  }
  for (const [spelling, hashed] of [["", value] as const, [" of lower case", value.toLowerCase()] as const]) {
    if (spelling !== "" && hashed === value) continue;
    for (const algorithm of ["sha1", "sha256", "md5"]) {
      // One call of hex is far cheaper than one that gives bytes.
      const hex = digestOf(algorithm, hashed, "hex");
      const digest = Buffer.from(hex, "hex");
      add(`${algorithm}${spelling}`, hex, hash);
      add(`${algorithm}${spelling} in base64`, digest.toString("base64"), base64);
      add(`${algorithm}${spelling} in base64url`, digest.toString("base64url"), base64);
    }
  }
  return forms;
}

function windowOf(alphabet: Written["alphabet"], shape: Shape): number {
  const text = WEAK[shape] ?? WINDOWS.text;
  if (alphabet === "text") return text;
  if (alphabet === "escaped") return Math.max(text, WINDOWS.escaped);
  return alphabet === "escaped utf16" ? WINDOWS.hash : WINDOWS[alphabet];
}
