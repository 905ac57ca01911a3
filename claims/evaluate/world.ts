import type { Fact } from "../facts.ts";
import type { Reference } from "../plan.ts";

/** Finds a fact by reference. References are closed by the check, so every one has an answer. */
export type Look = (reference: Reference) => Fact;

/** All an expression can see. */
export type World = {
  readonly look: Look;
  /** Whether a pattern of the plan occurs in a text. */
  readonly matches: (pattern: string, text: string) => boolean;
  /** The pseudonym of an attribute's value for the audience at hand; `undefined` when none can be made. */
  readonly pseudonym: (attribute: string, value: string) => string | undefined;
};

/** A world of facts alone, for expressions without patterns: nothing matches, and there are no pseudonyms. */
export function worldOf(look: Look): World {
  return { look, matches: () => false, pseudonym: () => undefined };
}
