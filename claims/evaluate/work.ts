import type { Value } from "../facts.ts";

/** What is left of the work one evaluation may do. */
export type Work = { left: number };

/**
 * Steps of one evaluation, each a node evaluated, a value handled or 16 characters of a text: some tens of milliseconds.
 * Rows and lists are bounded by their declarations and macros nest three deep, so no map that a person writes comes
 * near it. It is there for the others: a few bindings that double a list each would outgrow any memory.
 */
const STEPS = 500_000;

export function someWork(): Work {
  return { left: STEPS };
}

/** Takes `steps` off; false when there were not so many left. */
export function spend(work: Work, steps: number): boolean {
  work.left -= steps;
  return work.left >= 0;
}

/**
 * Takes off what it costs to go through a value to its last item, every time it is gone through: items that share a
 * list are each as large as it. False, and no further, when there was not so much left.
 */
export function spendOn(work: Work, value: Value): boolean {
  if (typeof value === "string") return spend(work, 1 + (value.length >> 4));
  if (!spend(work, 1)) return false;
  if (Array.isArray(value)) return (value as readonly Value[]).every((each) => spendOn(work, each));
  if (!(value instanceof Map)) return true;
  for (const [key, each] of value as ReadonlyMap<string, Value>) {
    if (!spendOn(work, key) || !spendOn(work, each)) return false;
  }
  return true;
}
