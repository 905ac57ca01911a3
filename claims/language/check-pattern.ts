import { RE2JS, RE2JSException, RE2JSSyntaxException } from "re2js";

const MAX_CHARACTERS = 256;

/** Counted repetitions unroll: `(?:ab){500}` is 1,000 steps. Matching takes time by steps times characters. */
const MAX_STEPS = 1_000;

export type PatternProblem = {
  /** What is wrong, as the middle of a sentence that begins with the pattern's place. */
  readonly problem: string;
  /** Where in the pattern, in UTF-16 code units; null where it is about the whole. */
  readonly at: number | null;
};

/** Says what is wrong with a pattern in RE2 syntax; null for one that can be matched, in linear time and little of it. */
export function checkPattern(pattern: string): PatternProblem | null {
  if (pattern.length > MAX_CHARACTERS) {
    return { problem: `a pattern has at most ${MAX_CHARACTERS} characters; this one has ${pattern.length}`, at: null };
  }
  try {
    const steps = RE2JS.compile(pattern).programSize();
    if (steps <= MAX_STEPS) return null;
    return { problem: `its counted repetitions come to ${steps} steps; at most ${MAX_STEPS} are allowed`, at: null };
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return syntaxProblem(pattern, error.error, error.input);
    if (error instanceof RE2JSException) return { problem: error.message, at: null };
    throw error;
  }
}

/** What other engines have and a linear one cannot, by how it begins. */
const NOT_LINEAR: readonly (readonly [begins: RegExp, what: string])[] = [
  [/^\(\?<?[=!]/, "looking ahead or behind"],
  [/^\\[1-9k]|^\(\?P=/, "referring back to a group"],
];

function syntaxProblem(pattern: string, error: string, fragment: string | null): PatternProblem {
  const at = placeOf(pattern, fragment);
  const rest = at === null ? (fragment ?? "") : pattern.slice(at);
  const notLinear = NOT_LINEAR.find(([begins]) => begins.test(rest));
  if (notLinear) {
    const [begins, what] = notLinear;
    return { problem: `\`${begins.exec(rest)?.[0]}\`: ${what} takes more than linear time, and is not there`, at };
  }
  const why = error === "invalid repeat count" ? `${error} (at most 1000, nested ones multiplied)` : error;
  return { problem: fragment === null ? why : `${why}: \`${fragment}\``, at };
}

/** The engine names a fragment, not its place; one that occurs twice, or is the whole pattern, has none. */
function placeOf(pattern: string, fragment: string | null): number | null {
  if (fragment === null || fragment === "") return null;
  const at = pattern.indexOf(fragment);
  return at >= 0 && at === pattern.lastIndexOf(fragment) ? at : null;
}
