import type { ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { PlacedExpression } from "../language/compilation.ts";

/** CS303: pseudonyms in a map that names no key for them, which would all be unknown. */
export function pseudonymsWithoutKey(read: ReadMap, expressions: readonly PlacedExpression[]): readonly Finding[] {
  if (read.map.pseudonyms !== undefined || read.broken(["pseudonyms"])) return [];
  const fix = 'Add `pseudonyms: { key: "${env:PSEUDONYM_KEY}" }`, an HMAC key in KMS.';
  return inFirstPlace(read, expressions, "CS303", "no `pseudonyms` are declared, so there is no key for them", fix);
}

/**
 * CS307: pseudonyms where a tenant or a partition is worked out. Each audience has its own, and here there is none: who
 * gets a token is still to be found.
 */
export function pseudonymsWithoutAudience(read: ReadMap, expressions: readonly PlacedExpression[]): readonly Finding[] {
  const fix = "Read the value itself: nobody sees what a tenant or a partition is worked out from.";
  return inFirstPlace(read, expressions, "CS307", "a pseudonym is made for an audience, and here there is none", fix);
}

/** CS307: pseudonyms on their way into the pool, where nobody is asked for the key of any. */
export function pseudonymsForThePool(read: ReadMap, expressions: readonly PlacedExpression[]): readonly Finding[] {
  const fix = "Keep the value itself, or nothing of it; a claim can be made of its pseudonym.";
  return inFirstPlace(read, expressions, "CS307", "a pseudonym is made for an audience, and a pool is none", fix);
}

function inFirstPlace(
  read: ReadMap,
  expressions: readonly PlacedExpression[],
  code: string,
  message: string,
  fix: string,
): readonly Finding[] {
  return expressions.flatMap(({ path, reads }) => {
    const inside = reads.find(({ through }) => through.includes("pseudonym"));
    return inside ? [finding(code, path, read.within(path, inside.offset), message, fix)] : [];
  });
}
