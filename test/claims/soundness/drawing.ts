import type { Class, Trust } from "../../../claims/plan.ts";
import type { Random } from "../../canary/random.ts";
import { type Declared, isAtMost, isTrusted } from "./draw-declarations.ts";
import type { Readable, Words } from "./expressions.ts";

/** What a function leaves of a text. */
export type Image = (text: string) => unknown;

/** Kinds of places an expression stands in. */
export const SPOTS = ["value", "when", "rule", "only", "groups", "refuse", "tenant", "define", "declassify"] as const;
export type Spot = (typeof SPOTS)[number];

/** What is drawn so far, for the parts that come later. */
export type Drawing = {
  readonly random: Random;
  readonly declared: Declared;
  readonly features: Set<string>;
  readonly declassified: { readonly place: string; readonly image: Image | null }[];
  readonly endorsed: Set<string>;
  readonly events: "V1" | "V2" | "V3";
  readonly isDropping: boolean;
  /** The one kind of place, if any, that often reads whatever there is: with more of them, one would hide the other. */
  readonly leaksAt: Spot | null;
};

/** What may be read in one place: up to a class, from a trust on, and now and then whatever there is. */
export function wordsFor(
  { random, declared, leaksAt }: Drawing,
  most: Class,
  least: Trust,
  spot: Spot,
  limits: { readonly isMachine?: boolean; readonly isBounded?: boolean; readonly depth?: number } = {},
): Words {
  const isLeaky = random.chance(leaksAt === spot ? 0.6 : 0.01);
  const { isMachine = false, isBounded = false, depth = 2 } = limits;
  const may = (each: Readable): boolean =>
    (isLeaky || (isAtMost(each.class, most) && isTrusted(each.trust, least))) &&
    !(isMachine && each.isPersonal) &&
    !(isBounded && each.isUnbounded === true);
  return { random, readables: declared.readables.filter(may), variables: [], depth: random.int(depth + 1), isBounded };
}
