import { fillPartition, isPartitioned } from "../claims/gather/partition.ts";
import type { Plan, PlanProfile, PlanResourceServer, PlanSource } from "../claims/plan.ts";

/**
 * The plan as a deployment sees it: a source or a seal whose place depends on the partition stands there once for every
 * place it can be, under `NAME.VALUE`; values that give one place share it. Profiles read all of them.
 *
 * Not a plan to run: nothing in it would tell which of the places is a subject's.
 */
export function spreadPartitions(plan: Plan): Plan {
  if (!plan.partition) return plan;
  const values = Object.entries(plan.partition.values);
  const sources = Object.entries(plan.sources).map(
    ([name, source]) => [name, formsOfSource(name, source, values)] as const,
  );
  const servers = Object.entries(plan.resourceServers).flatMap(([name, server]) => formsOfServer(name, server, values));
  const namesOf = new Map(sources.map(([name, forms]) => [name, forms.map(([each]) => each)]));
  return {
    ...plan,
    sources: Object.fromEntries(sources.flatMap(([, forms]) => forms)),
    resourceServers: Object.fromEntries(servers),
    profiles: plan.profiles.map((profile) => ({ ...profile, reads: spreadReads(profile.reads, namesOf) })),
  };
}

type Values = readonly (readonly [value: string, texts: { readonly [name: string]: string }])[];
type Forms<T> = readonly (readonly [name: string, form: T])[];

function formsOfSource(name: string, source: PlanSource, values: Values): Forms<PlanSource> {
  if (source.kind === "custom" || source.kind === "chain") return [[name, source]];
  const { table, region } = source;
  return formsOf(name, [table, region ?? ""], values, (fill) => ({
    ...source,
    table: fill(table),
    ...(region !== undefined && { region: fill(region) }),
  }));
}

function formsOfServer(
  name: string,
  { seal, ...server }: PlanResourceServer,
  values: Values,
): Forms<PlanResourceServer> {
  if (!seal) return [[name, server]];
  const { key, region } = seal;
  return formsOf(name, [key, region ?? ""], values, (fill) => ({
    ...server,
    seal: { ...seal, key: fill(key), ...(region !== undefined && { region: fill(region) }) },
  }));
}

/** Every form of what has these texts, each under the first value that gives it. */
function formsOf<T>(
  name: string,
  texts: readonly string[],
  values: Values,
  filled: (fill: (text: string) => string) => T,
): Forms<T> {
  if (!texts.some(isPartitioned)) return [[name, filled((text) => text)]];
  const forms = new Map<string, readonly [name: string, form: T]>();
  for (const [value, given] of values) {
    const fill = (text: string): string => fillPartition(text, (key) => given[key] ?? "");
    const place = JSON.stringify(texts.map(fill));
    if (!forms.has(place)) forms.set(place, [`${name}.${value}`, filled(fill)]);
  }
  return [...forms.values()];
}

function spreadReads(
  reads: PlanProfile["reads"],
  namesOf: ReadonlyMap<string, readonly string[]>,
): PlanProfile["reads"] {
  return reads.map((wave) =>
    Object.fromEntries(
      Object.entries(wave).flatMap(([source, attributes]) =>
        (namesOf.get(source) ?? []).map((name) => [name, attributes] as const),
      ),
    ),
  );
}
