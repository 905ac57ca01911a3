import { printReference } from "../language/reference.ts";
import type { Expr, Plan, Reference } from "../plan.ts";
import { originsOf, referencesOf } from "./references.ts";

/**
 * How a value takes part in what somebody gets: what they get is made of it, or of a pseudonym of it; it decides whether
 * they get it; it chose the row, the tenant or the partition behind it; or Cognito hands it over by itself.
 */
export type How = "value" | "pseudonym" | "condition" | "key" | "tenant" | "partition" | "cognito";

export type Way = {
  readonly how: How;
  /** What it goes through, from the value on: sources whose rows it chooses, `tenant.id`, `partition.suffix`. */
  readonly through: readonly string[];
};

/** A value, and how it takes part. */
export type Step = { readonly reference: Reference; readonly way: Way };

/** A value with every way it takes part, the shortest first. */
export type Reached = { readonly reference: Reference; readonly ways: readonly Way[] };

/** Where a person's other attributes stand for each of them: those that neither map nor plan has a name for. */
export const OTHER_ATTRIBUTES: Reference = ["user.*"];
export const USERNAME: Reference = ["cognito:username"];

/** What an expression is made of; what it holds a pseudonym of alone is not there itself. */
export function stepsOfValue(value: Expr): readonly Step[] {
  const bare = new Set(referencesOf(withoutPseudonyms(value)).map(printReference));
  return referencesOf(value).map((reference) =>
    step(reference, bare.has(printReference(reference)) ? "value" : "pseudonym"),
  );
}

/** What decides by an expression. */
export function stepsOfCondition(...exprs: readonly (Expr | undefined)[]): readonly Step[] {
  return referencesOf(...exprs).map((reference) => step(reference, "condition"));
}

export function step(reference: Reference, how: How, ...through: readonly string[]): Step {
  return { reference, way: { how, through } };
}

/** The partition behind texts that differ from partition to partition; `through` is what has them. */
export function stepsOfPlace(texts: readonly string[], through: string): readonly Step[] {
  const names = texts.flatMap((text) => [...text.matchAll(/\{partition\.(\w+)\}/g)].map(([, name = ""]) => name));
  return [...new Set(names)].map((name) => step(["partition", name], "partition", through));
}

/** Everything behind these steps, by name: what they read, and what that is looked up by and chosen with. */
export function reachedBy(plan: Plan, steps: readonly Step[]): ReadonlyMap<string, Reached> {
  const found = new Map<string, Reached>();
  const queue = [...steps];
  // It grows while it is gone through, so the nearest come first.
  for (const { reference, way } of queue) {
    const name = printReference(reference);
    const ways = found.get(name)?.ways ?? [];
    if (ways.some((each) => isSameWay(each, way))) continue;
    found.set(name, { reference, ways: [...ways, way] });
    queue.push(...behind(plan, reference, way.through));
  }
  return found;
}

/** By its first two steps: there may be any number of roads behind them, and each of those is told of what it chooses. */
function isSameWay(one: Way, other: Way): boolean {
  return one.how === other.how && [0, 1].every((at) => one.through[at] === other.through[at]);
}

function behind(plan: Plan, reference: Reference, through: readonly string[]): readonly Step[] {
  const [root] = reference;
  const how = root === "tenant" || root === "partition" ? root : "key";
  const via = how === "key" ? root : printReference(reference);
  const source = Object.hasOwn(plan.sources, root) ? plan.sources[root] : undefined;
  const places = source?.kind === "row" || source?.kind === "query" ? [source.table, source.region ?? ""] : [];
  return [
    ...originsOf(plan, reference).map((origin) => step(origin, how, via, ...through)),
    ...stepsOfPlace(places, root).map((each) => step(each.reference, "partition", root, ...through)),
  ];
}

/** The tree with every pseudonym cut out: an expression is plain JSON, and its literals hold no objects. */
function withoutPseudonyms(value: Expr): Expr {
  const kept = JSON.stringify(value, (_, each: Expr | null) =>
    each?.op === "pseudonym" ? ({ op: "string", value: "" } satisfies Expr) : each,
  );
  return JSON.parse(kept) as Expr;
}
