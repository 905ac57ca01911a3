import type { Covers } from "../gather/bounds.ts";
import type { World } from "./evaluate.ts";
import type { TextPattern } from "./pattern.ts";

/** How texts are matched, by the pattern's own text: for expressions, and for declarations. */
export type Matching = { readonly matches: World["matches"]; readonly covers: Covers };

/** Matches with the patterns of one plan; asking for any other is a mistake in the program. */
export function matchPatterns(patterns: ReadonlyMap<string, TextPattern>): Matching {
  const compiled = (pattern: string): TextPattern => {
    const found = patterns.get(pattern);
    if (found === undefined) throw new TypeError("a pattern that is not in the plan's list");
    return found;
  };
  return {
    matches: (pattern, text) => compiled(pattern).occursIn(text),
    covers: (pattern, text) => compiled(pattern).covers(text),
  };
}
