import type { CompiledKept, CompiledProvider } from "../checks/compiled-provider.ts";
import { keptBytes } from "../checks/federation.ts";
import type { CompiledExpression } from "../language/compilation.ts";
import { patternsOf } from "../language/expr-parts.ts";
import { highestClass } from "../language/lattice.ts";
import { printReference } from "../language/reference.ts";
import type { Declaration, Plan, PlanKept, PlanProvider } from "../plan.ts";
import { declaredPatterns } from "./declared-patterns.ts";

/** What a plan says of identity providers that passed every check; undefined where a map says nothing of them. */
export function compileFederation(providers: readonly CompiledProvider[]): Plan["federation"] {
  if (providers.length === 0) return undefined;
  const planned = providers.map(planProvider);
  const patterns = planned.flatMap(({ attributes, keep }) => [
    ...Object.values(attributes).flatMap(declaredPatterns),
    ...keep.flatMap(({ value }) => patternsOf(value)),
  ]);
  return {
    providers: Object.fromEntries(providers.map(({ name }, index) => [name, planned[index] as PlanProvider])),
    patterns: [...new Set(patterns)].sort(),
  };
}

function planProvider(provider: CompiledProvider): PlanProvider {
  const { written, known, kept } = provider;
  const attributes = [...known.values.values()].map(({ reference, declaration }): [string, Declaration] => [
    reference[1] as string,
    declaration,
  ]);
  return {
    type: written.type,
    attributes: Object.fromEntries(attributes),
    keep: kept.map((each) => planKept(provider, each)),
  };
}

function planKept(provider: CompiledProvider, kept: CompiledKept): PlanKept {
  const { name, pool, required, value } = kept;
  if (value.compiled === null) throw new TypeError("a plan is made of expressions that passed the check");
  const { expr, type, reads }: CompiledExpression = value.compiled;
  const classes = reads.flatMap(
    ({ reference }) => provider.known.values.get(printReference(reference))?.declaration.class ?? [],
  );
  return { name, pool, value: expr, required, type, class: highestClass(classes), maxBytes: keptBytes(provider, kept) };
}
