import { bindPlan } from "../claims/bind.ts";
import { matchPatterns } from "../claims/evaluate/match-patterns.ts";
import { compilePatterns } from "../claims/evaluate/pattern.ts";
import { compilePattern } from "../claims/evaluate/re2-pattern.ts";
import type { FactTools } from "../claims/gather/look-at.ts";
import type { Plan, PlanSource } from "../claims/plan.ts";
import { keyReferences } from "../claims/reports/references.ts";
import { closeName } from "../claims/shape/close-name.ts";
import { type TableSource, tableSources } from "../claims/table-sources.ts";
import { AttributesError } from "./attributes-error.ts";
import type { RowStore } from "./row-store.ts";

/** What says which rows there may be, and where they are. */
export type Registry = {
  /** Made by `tablesOf`. */
  readonly plan: Plan;
  readonly tools: FactTools;
  readonly store: RowStore;
};

/**
 * A registry of a plan's tables. Patterns are compiled once; `now` is what a partition may depend on.
 *
 * @throws {ClaimsError} what `tablesOf` throws.
 */
export function registryOf(
  plan: Plan,
  environment: { readonly [name: string]: string | undefined },
  store: RowStore,
  now: () => Date,
): Registry {
  const patterns = matchPatterns(compilePatterns(plan.patterns, compilePattern));
  const tools = {
    ...patterns,
    get now() {
      return now();
    },
  };
  return { plan: tablesOf(plan, environment), tools, store };
}

/**
 * A plan bound as far as its tables go: keys, clients and functions, which a sign-in needs and a row does not, are left
 * out, and so are their variables.
 *
 * @throws {ClaimsError} `ENV_MISSING` naming every variable that is unset or empty.
 */
export function tablesOf(plan: Plan, environment: { readonly [name: string]: string | undefined }): Plan {
  const { pseudonyms: _, partition, ...rest } = plan;
  const sources = Object.entries(plan.sources).map(([name, source]): [string, PlanSource] => [
    name,
    source.kind === "chain" ? { ...source, function: "" } : source,
  ]);
  const places = tableSources(plan).map(([, { table, region = "" }]) => `${table} ${region}`);
  const keys = tableSources(plan).flatMap(([name]) => keyReferences(plan, name));
  const isNeeded = (name: string): boolean =>
    places.some((place) => place.includes(`{partition.${name}}`)) ||
    keys.some(([root, given]) => root === "partition" && given === name);
  const values = Object.entries(partition?.values ?? {}).map(([value, texts]) => [
    value,
    Object.fromEntries(Object.entries(texts).filter(([name]) => isNeeded(name))),
  ]);
  return bindPlan(
    {
      ...rest,
      sources: Object.fromEntries(sources),
      resourceServers: {},
      profiles: [],
      ...(partition && { partition: { by: partition.by, values: Object.fromEntries(values) } }),
    },
    environment,
  );
}

/**
 * A source that is a table.
 *
 * @throws {AttributesError} `SOURCE_UNKNOWN`, `SOURCE_ELSEWHERE`.
 */
export function tableSource({ sources }: Plan, name: string): TableSource {
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (source === undefined) {
    const close = closeName(name, Object.keys(sources));
    const hint = close === undefined ? `there are: ${Object.keys(sources).join(", ")}` : `did you mean ${close}?`;
    throw new AttributesError("SOURCE_UNKNOWN", `the map has no source "${name}"; ${hint}`);
  }
  if (source.kind === "row" || source.kind === "query") return source;
  throw new AttributesError("SOURCE_ELSEWHERE", `source "${name}" is ${whereElse(source)}: it has no rows in a table`);
}

/** What a source without a table is. */
export function whereElse({ kind }: PlanSource): string {
  return kind === "custom" ? "a function of your own" : "another trigger's function";
}
