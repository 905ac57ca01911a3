import { canonicalJson } from "../digest.ts";
import type { Expr } from "../plan.ts";
import { implies, isSameExpression } from "./implies.ts";
import { printExpression } from "./print-expression.ts";

/** `widen`: somebody gets more, or may. `narrow`: somebody gets less, and nobody more. `change`: neither can be said. */
export type DifferenceKind = "widen" | "narrow" | "change";

/** One thing in which two plans differ. */
export type Difference = {
  readonly kind: DifferenceKind;
  /** Whom it is about: resource servers by name, `every API`, `the client`, or a part of the map that is no reader's. */
  readonly readers: readonly string[];
  /** Steps to the place in the map. */
  readonly path: readonly string[];
  readonly sentence: string;
};

/** Which way something went; `unproven` may have gone either way and counts as wider. `undefined`: it did not move. */
export type Direction = DifferenceKind | "unproven" | undefined;

export const EVERY_API = "every API";
export const THE_CLIENT = "the client";
export const THE_POOL = "the user pool";
export const SIGN_IN = "who gets a token";
export const VALUES = "where values come from";
export const SIGNATURES = "what somebody signed for";

/** A difference if there is one. */
export function difference(
  direction: Direction,
  readers: readonly string[],
  path: readonly string[],
  sentence: string,
): readonly Difference[] {
  if (direction === undefined || readers.length === 0) return [];
  return direction === "unproven"
    ? [{ kind: "widen", readers, path, sentence: `${sentence}; that this gives no more is not shown` }]
    : [{ kind: direction, readers, path, sentence }];
}

/** For values of which a later one gives more. */
export function byRank<T>(order: readonly T[], old: T, now: T): Direction {
  const [before, after] = [order.indexOf(old), order.indexOf(now)];
  return after > before ? "widen" : after < before ? "narrow" : undefined;
}

/** For something that somebody gets where a condition holds; without one, always. */
export function byCondition(old: Expr | undefined, now: Expr | undefined): Direction {
  if (isSameExpression(old, now)) return undefined;
  if (now === undefined) return "widen";
  if (old === undefined || implies(now, old)) return old && implies(old, now) ? "change" : "narrow";
  return implies(old, now) ? "widen" : "unproven";
}

/** For something that is taken away, or refused, where a condition holds; without one, always. */
export function byRestriction(old: Expr | undefined, now: Expr | undefined): Direction {
  const direction = byCondition(old, now);
  return direction === "widen" ? "narrow" : direction === "narrow" ? "widen" : direction;
}

/** For things that are the same or not. */
export function bySameness(old: unknown, now: unknown, otherwise: Direction = "change"): Direction {
  return canonicalJson(old) === canonicalJson(now) ? undefined : otherwise;
}

/** What two lists do not share. */
export function newAndGone<T>(
  old: readonly T[],
  now: readonly T[],
): { readonly added: readonly T[]; readonly gone: readonly T[] } {
  return { added: now.filter((each) => !old.includes(each)), gone: old.filter((each) => !now.includes(each)) };
}

/** Where any of these conditions holds; always, if one of them is none. */
export function anyOfThem(conditions: readonly (Expr | undefined)[]): Expr | undefined {
  const stated = conditions.filter((each) => each !== undefined);
  if (stated.length < conditions.length) return undefined;
  return stated.reduce((left, right): Expr => ({ op: "or", left, right }));
}

/** Names of both records, those of the new one first. */
export function namesOf(old: object, now: object): readonly string[] {
  return [...new Set([...Object.keys(now), ...Object.keys(old)])];
}

/** `always`, or `when` and the condition. */
export function whenText(condition: Expr | undefined): string {
  return condition === undefined ? "always" : `when ${code(printExpression(condition))}`;
}

/** Text of a map inside a sentence. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** An entry that is the record's own. */
export function own<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
