import { ClaimsError } from "./claims-error.ts";
import { fillPartition, isPartitioned } from "./gather/partition.ts";
import type { Plan, PlanProfile, PlanSource } from "./plan.ts";

const VARIABLE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;
const ALIAS = /(?:^|:)alias\//;

/**
 * Fills in `${env:NAME}` where a run needs it: tables, regions, keys, functions, clients and what a partition gives.
 * Readers stay as they are; only policies are made from them.
 *
 * @throws {ClaimsError} `ENV_MISSING` naming every variable that is unset or empty, `CLIENTS_OVERLAP` when two profiles
 * turn out to match the same grant and client.
 */
export function bindPlan(plan: Plan, environment: { readonly [name: string]: string | undefined }): Plan {
  const missing = environmentNames(plan).filter((name) => !environment[name]);
  if (missing.length > 0) throw new ClaimsError("ENV_MISSING", `not set in the environment: ${missing.join(", ")}`);
  const bound = mapTexts(plan, (text) => text.replace(VARIABLE, (_, name: string) => environment[name] ?? ""));
  refuseOverlap(bound.profiles);
  return bound;
}

/** The variables a plan needs at run time, each once, in the order of the plan. */
export function environmentNames(plan: Plan): readonly string[] {
  const names = new Set<string>();
  mapTexts(plan, (text) => {
    for (const [, name = ""] of text.matchAll(VARIABLE)) names.add(name);
    return text;
  });
  return [...names];
}

/** The variables that name the key of a plan's pseudonyms. */
export function pseudonymVariables({ pseudonyms }: Plan): readonly string[] {
  return [...(pseudonyms?.key ?? "").matchAll(VARIABLE)].map(([, name = ""]) => name);
}

/** The variables that name keys of mode `asymmetric`, those of partitions included. */
export function agreementVariables({ resourceServers, partition }: Plan): readonly string[] {
  const keys = Object.values(resourceServers).flatMap(({ seal }) => (seal?.mode === "asymmetric" ? [seal.key] : []));
  const texts = keys.flatMap((key) =>
    isPartitioned(key)
      ? Object.values(partition?.values ?? {}).map((given) => fillPartition(key, (name) => given[name] ?? ""))
      : [key],
  );
  return texts.flatMap((text) => [...text.matchAll(VARIABLE)].map(([, name = ""]) => name));
}

/**
 * Refuses keys that are named by an alias. An alias can be turned to another key by whoever may call UpdateAlias, and
 * no policy that names keys would notice.
 *
 * @throws {ClaimsError} `KEY_ALIAS` naming the resource servers, `pseudonyms`, or the partition's texts.
 */
export function refuseAliases({ resourceServers, pseudonyms, partition }: Plan): void {
  const keys: readonly (readonly [name: string, key: string])[] = [
    ...Object.entries(resourceServers).flatMap(([name, { seal }]) => (seal ? [[name, seal.key] as const] : [])),
    ...(pseudonyms ? [["pseudonyms", pseudonyms.key] as const] : []),
    ...Object.values(partition?.values ?? {}).flatMap((texts) =>
      Object.entries(texts).map(([name, text]) => [`partition.${name}`, text] as const),
    ),
  ];
  const aliased = new Set(keys.flatMap(([name, key]) => (ALIAS.test(key) ? [name] : [])));
  if (aliased.size === 0) return;
  throw new ClaimsError(
    "KEY_ALIAS",
    `the key of ${[...aliased].join(", ")} is an alias; name the key itself by its ARN`,
  );
}

/**
 * Refuses a plan with sources in code that are not there.
 *
 * @throws {ClaimsError} `HOOK_MISSING` naming every hook that is not among `names`.
 */
export function refuseMissingHooks({ sources }: Plan, names: readonly string[]): void {
  const needed = Object.values(sources).flatMap((source) => (source.kind === "custom" ? [source.hook] : []));
  const missing = [...new Set(needed)].filter((hook) => !names.includes(hook));
  if (missing.length > 0) throw new ClaimsError("HOOK_MISSING", `not among the hooks: ${missing.join(", ")}`);
}

/** By AWS_LAMBDA_FUNCTION_NAME and AWS_REGION. */
export type OwnFunction = { readonly name: string | undefined; readonly region: string | undefined };

/**
 * Refuses a plan that chains another function and was given nothing to ask it with, or that would chain itself: each
 * sign-in would start another one, without end.
 *
 * @param own The function that runs the plan, where it is one.
 * @throws {ClaimsError} `CHAIN_MISSING` or `CHAIN_CIRCULAR`, naming the sources.
 */
export function refuseMissingInvoke({ sources }: Plan, isGiven: boolean, own?: OwnFunction): void {
  const chains = Object.entries(sources).flatMap(([name, source]) =>
    source.kind === "chain" ? [{ name, arn: source.function }] : [],
  );
  const named = (those: typeof chains): string => those.map(({ name }) => name).join(", ");
  const circular = chains.filter(({ arn }) => {
    const [, , , region, , , name] = arn.split(":");
    return name !== undefined && name === own?.name && region === own.region;
  });
  if (circular.length > 0)
    throw new ClaimsError("CHAIN_CIRCULAR", `the function would chain itself: ${named(circular)}`);
  if (chains.length === 0 || isGiven) return;
  const message = `the plan chains functions (${named(chains)}); hand over invokeFunction of chain.mjs`;
  throw new ClaimsError("CHAIN_MISSING", message);
}

/** The plan with every text that may hold a variable changed, in the plan's order. */
function mapTexts(plan: Plan, change: (text: string) => string): Plan {
  const place = (region: string | undefined) => (region === undefined ? {} : { region: change(region) });
  return {
    ...plan,
    sources: mapValues(plan.sources, (source): PlanSource => {
      if (source.kind === "custom") return source;
      if (source.kind === "chain") return { ...source, function: change(source.function) };
      return { ...source, table: change(source.table), ...place(source.region) };
    }),
    resourceServers: mapValues(plan.resourceServers, ({ seal, ...server }) => ({
      ...server,
      ...(seal && { seal: { ...seal, key: change(seal.key), ...place(seal.region) } }),
    })),
    ...(plan.pseudonyms && {
      pseudonyms: { ...plan.pseudonyms, key: change(plan.pseudonyms.key), ...place(plan.pseudonyms.region) },
    }),
    ...(plan.partition && {
      partition: {
        ...plan.partition,
        values: mapValues(plan.partition.values, (texts) => mapValues(texts, change)),
      },
    }),
    profiles: plan.profiles.map((profile) => ({ ...profile, clients: profile.clients.map(change) })),
  };
}

/** Exactly one profile may match an event; two variables can name one client, which only shows here. */
function refuseOverlap(profiles: readonly PlanProfile[]): void {
  const owners = new Map<string, string>();
  for (const { name, grants, clients } of profiles) {
    for (const rule of grants.flatMap((grant) => clients.map((client) => JSON.stringify([grant, client])))) {
      const owner = owners.get(rule);
      if (owner !== undefined && owner !== name) {
        throw new ClaimsError("CLIENTS_OVERLAP", `profiles "${owner}" and "${name}" match the same grant and client`);
      }
      owners.set(rule, name);
    }
  }
}

function mapValues<A, B>(
  record: { readonly [name: string]: A },
  change: (value: A) => B,
): { readonly [name: string]: B } {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
