import { ClaimsError } from "../claims-error.ts";

/**
 * A pattern in RE2 syntax (https://github.com/google/re2/wiki/Syntax), ready for use. Time is linear in the text,
 * whatever pattern and text are; `\d`, `\w`, `\s` and `\b` know ASCII only, and `$` is the end of the text.
 */
export type TextPattern = {
  /** Whether any part of the text matches: what CEL's `matches` asks. */
  readonly occursIn: (text: string) => boolean;
  /** Whether the text matches from end to end: what a declaration's `pattern` asks. */
  readonly covers: (text: string) => boolean;
};

/** Makes a pattern that `checkPattern` has nothing against ready for use; throws for another. */
export type CompilePattern = (pattern: string) => TextPattern;

/**
 * The most UTF-16 code units a text may have to be matched at all. Whether a longer one matches is unknown, never false:
 * it is for whoever asks to tell, since a pattern only answers yes or no.
 */
export const MAX_MATCHED_CHARACTERS = 2_048;

/**
 * Patterns by their text, each compiled once.
 *
 * @throws {ClaimsError} `ENGINE_MISSING` where there are patterns and nothing to compile them with.
 */
export function compilePatterns(
  patterns: readonly string[],
  compile: CompilePattern | undefined,
): ReadonlyMap<string, TextPattern> {
  if (patterns.length === 0) return new Map();
  if (!compile) throw new ClaimsError("ENGINE_MISSING", "the plan has patterns; hand over compilePattern of re2.mjs");
  return new Map(patterns.map((pattern) => [pattern, compile(pattern)]));
}
