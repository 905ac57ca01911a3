import { RE2JS } from "re2js";
import type { TextPattern } from "./pattern.ts";

/**
 * Patterns by `re2js`, a port of RE2 without backtracking: the one engine of the trigger, of previews and of tests.
 *
 * @throws {Error} for a pattern that `checkPattern` refuses by its syntax.
 */
export function compilePattern(pattern: string): TextPattern {
  const compiled = RE2JS.compile(pattern);
  return {
    occursIn: (text) => compiled.test(text),
    covers: (text) => compiled.testExact(text),
  };
}
