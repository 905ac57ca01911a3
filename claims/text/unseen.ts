/**
 * What makes a line show something else than it says: embeddings, overrides and isolates of the bidirectional
 * algorithm. Right-to-left letters need none of them. Source: Unicode UAX #9; CVE-2021-42574, "Trojan Source".
 */
export const TURNING: RegExp = /[\u202a-\u202e\u2066-\u2069]/;

/** What no text of a map holds, however it is written: those, controls, and halves of characters. */
export const UNSEEN: RegExp = /[\u202a-\u202e\u2066-\u2069]|(?![\t\n\r])\p{Cc}|\p{Cs}/u;

/** What no name holds: those, and every character without a shape, by which two names that look alike differ. */
export const UNSEEN_IN_NAMES: RegExp = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** A character by its number, since it cannot be shown: `U+202E`. */
export function codePoint(text: string, offset: number): string {
  return `U+${(text.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
