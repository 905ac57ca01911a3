/** What stands for a text of another form than it always has: it could be anything. */
export const OTHER = "(other)";

export type FormName =
  | "instant"
  | "code"
  | "sha256"
  | "mapName"
  | "revision"
  | "trigger"
  | "clientId"
  | "subject"
  | "keyId8"
  | "requestId";

/** Texts that always have one form, whoever they come from. */
export const FORMS: { readonly [name in FormName]: RegExp } = {
  /** RFC 3339 in UTC, with milliseconds. */
  instant: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  code: /^[A-Z][A-Z0-9_]{0,43}$/,
  sha256: /^[0-9a-f]{64}$/,
  mapName: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  revision: /^[A-Za-z0-9][A-Za-z0-9._:+-]{0,63}$/,
  /** Cognito developer guide, "Pre token generation Lambda trigger": every source begins like this. */
  trigger: /^TokenGeneration_[A-Za-z0-9]{1,64}$/,
  /** Cognito API reference, `ClientId`. */
  clientId: /^[A-Za-z0-9_+]{1,128}$/,
  subject: /^[A-Za-z0-9_-]{22}$/,
  keyId8: /^[A-Za-z0-9_-]{1,8}$/,
  requestId: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
};

/** A moment as records have it; nothing for one that is none, since a clock out of order must not cost the record. */
export function instant(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : "";
}

/** A text as it is, if it is one, and has its form from end to end: a plan that nobody checked may hold anything. */
export function formed(text: string, form: FormName): string {
  return typeof text === "string" && FORMS[form].test(text) ? text : OTHER;
}

export type WordsOf = "outcome" | "mode" | "unmatched" | "grant" | "state";

/** Fields that are one of a few words. */
export const WORDS: { readonly [field in WordsOf]: readonly string[] } = {
  outcome: ["issued", "refused", "shadow"],
  mode: ["enforce", "shadow", "minimal"],
  unmatched: ["bare", "untouched"],
  grant: ["user", "client_credentials"],
  state: ["when", "absent", "invalid", "failed", "error", "size", "key"],
};

/** One of a field's words. */
export function word(text: string, field: WordsOf): string {
  return WORDS[field].includes(text) ? text : OTHER;
}

/** Characters of a name at most: no name of a map is longer than a scope's (`SCOPE`, claims/shape/forms.ts). */
export const MAX_NAME_LENGTH = 512;

/**
 * A name in printable ASCII: every other character is written as its number, so that none can end a line, turn it
 * around or colour it, whatever shows it.
 */
export function plain(text: string, maxLength: number = MAX_NAME_LENGTH): string {
  return text
    .slice(0, maxLength)
    .replace(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
    .slice(0, maxLength);
}

/** More than any clock or counter has come to; a tenth of it is still told apart from what is next to it. */
const MAX_AMOUNT = 1e12;

/** What a clock or a counter gave, or 0 where it gave no amount: JSON has no way to write one. */
export function amount(value: number, digits: 0 | 1 = 0): number {
  if (!Number.isFinite(value) || value <= 0) return 0;
  const scale = 10 ** digits;
  return Math.round(Math.min(value, MAX_AMOUNT) * scale) / scale;
}
