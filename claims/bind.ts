import { ClaimsError } from "./claims-error.ts";
import type { Plan, PlanProfile } from "./plan.ts";

const VARIABLE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * Fills in `${env:NAME}` where a run needs it: tables, regions, keys and clients. Readers stay as they are; only
 * policies are made from them.
 *
 * @throws {ClaimsError} `ENV_MISSING` naming every variable that is unset or empty, `CLIENTS_OVERLAP` when two profiles
 * turn out to match the same grant and client.
 */
export function bindPlan(plan: Plan, environment: { readonly [name: string]: string | undefined }): Plan {
  const missing = environmentNames(plan).filter((name) => !environment[name]);
  if (missing.length > 0) throw new ClaimsError("ENV_MISSING", `not set in the environment: ${missing.join(", ")}`);
  const fill = (text: string): string => text.replace(VARIABLE, (_, name: string) => environment[name] ?? "");
  const bound: Plan = {
    ...plan,
    sources: mapValues(plan.sources, (source) => ({
      ...source,
      table: fill(source.table),
      ...(source.region !== undefined && { region: fill(source.region) }),
    })),
    resourceServers: mapValues(plan.resourceServers, ({ seal, ...server }) => ({
      ...server,
      ...(seal && {
        seal: { ...seal, key: fill(seal.key), ...(seal.region !== undefined && { region: fill(seal.region) }) },
      }),
    })),
    profiles: plan.profiles.map((profile) => ({ ...profile, clients: profile.clients.map(fill) })),
  };
  refuseOverlap(bound.profiles);
  return bound;
}

/**
 * Refuses keys that are named by an alias. An alias can be turned to another key by whoever may call UpdateAlias, and
 * no policy that names keys would notice.
 *
 * @throws {ClaimsError} `KEY_ALIAS` naming the resource servers.
 */
export function refuseAliases({ resourceServers }: Plan): void {
  const aliased = Object.entries(resourceServers).filter(([, { seal }]) => seal && /(?:^|:)alias\//.test(seal.key));
  if (aliased.length === 0) return;
  const names = aliased.map(([name]) => name).join(", ");
  throw new ClaimsError("KEY_ALIAS", `the key of ${names} is an alias; name the key itself by its ARN`);
}

/** The variables a plan needs at run time, each once, in the order of the plan. */
export function environmentNames(plan: Plan): readonly string[] {
  const texts = [
    ...Object.values(plan.sources).flatMap(({ table, region = "" }) => [table, region]),
    ...Object.values(plan.resourceServers).flatMap(({ seal }) => (seal ? [seal.key, seal.region ?? ""] : [])),
    ...plan.profiles.flatMap(({ clients }) => clients),
  ];
  return [...new Set(texts.flatMap((text) => [...text.matchAll(VARIABLE)].map(([, name]) => name as string)))];
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
