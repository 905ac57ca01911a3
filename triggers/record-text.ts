/** What stands for a text from outside that has another form than it always has: it could be anything. */
export const OTHER = "(other)";

/** A text from outside, as it is if it has exactly this form. */
export function formed(text: string, form: RegExp): string {
  return form.test(text) ? text : OTHER;
}

/** Cognito API reference, `CreateResourceServerScopeType`: no name of a map is longer than a scope's. */
const MAX_NAME_LENGTH = 512;

/**
 * A name in printable ASCII: every other character is written as its number, so that none can end a line, turn it
 * around or colour it, whatever shows it.
 */
export function plain(text: string, maxLength: number = MAX_NAME_LENGTH): string {
  const shown = text.slice(0, maxLength).replace(/[^ -~]/gu, (character) => {
    const number = character.codePointAt(0) ?? 0;
    return `\\u{${number.toString(16)}}`;
  });
  return shown.length <= maxLength ? shown : shown.slice(0, maxLength);
}

/** A number a clock or a counter gave, or 0 where it gave none: JSON has no other way to say so. */
export function rounded(value: number, digits: 0 | 1 = 0): number {
  if (!Number.isFinite(value) || value <= 0) return 0;
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
