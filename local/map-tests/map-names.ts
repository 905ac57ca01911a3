import { environmentNames } from "../../claims/bind.ts";
import { fillPartition } from "../../claims/gather/partition.ts";
import type { Plan } from "../../claims/plan.ts";
import { RESERVED_CLAIMS } from "../../cognito/reserved-claims.ts";
import { SELF_SERVICE_SCOPES, STANDARD_ATTRIBUTES } from "../../cognito/standard-attributes.ts";
import { REFUSAL_TEXTS } from "../../triggers/refusal.ts";

/** The tables a bound plan reads, in every partition. */
export function tableNames({ sources, partition }: Plan): readonly string[] {
  const partitions = Object.values(partition?.values ?? { "": {} });
  const tables = Object.values(sources).flatMap((source) =>
    "table" in source ? partitions.map((texts) => fillPartition(source.table, (name) => texts[name] ?? "")) : [],
  );
  return [...new Set(tables)];
}

export function hookNames({ sources }: Plan): readonly string[] {
  return Object.values(sources).flatMap((source) => (source.kind === "custom" ? [source.hook] : []));
}

/** The sources that are another function's claims. */
export function chainNames({ sources }: Plan): readonly string[] {
  return Object.entries(sources).flatMap(([name, { kind }]) => (kind === "chain" ? [name] : []));
}

/** The variables of a plan, those of its readers too. */
export function variableNames(plan: Plan): readonly string[] {
  const readers = Object.values(plan.resourceServers).flatMap(({ readers }) => readers);
  const ofReaders = readers.flatMap((reader) => [...reader.matchAll(/\$\{env:(\w+)\}/g)].map(([, name = ""]) => name));
  return [...new Set([...environmentNames(plan), ...ofReaders])];
}

/** Every code a token can be refused with. */
export function refusalCodes({ profiles }: Plan): readonly string[] {
  const own = profiles.flatMap(({ refuse }) => refuse.map(({ code }) => `MAP_${code}`));
  return [...Object.keys(REFUSAL_TEXTS), ...new Set(own)];
}

/** Every scope a resource server declares, and those Cognito has by itself. */
export function scopeNames({ resourceServers }: Plan): readonly string[] {
  const own = Object.values(resourceServers).flatMap(({ identifier, scopes }) =>
    scopes.map((scope) => `${identifier}/${scope}`),
  );
  return [...own, ...SELF_SERVICE_SCOPES];
}

/** Every name a claim of either token can have: the map's, Cognito's, and those of the person's attributes. */
export function claimNames(plan: Plan, attributes: readonly string[]): ReadonlySet<string> {
  return new Set([
    ...plan.profiles.flatMap(({ claims }) => claims.map(({ name }) => name)),
    ...Object.values(plan.resourceServers).map(({ claim }) => claim),
    "cmv",
    ...STANDARD_ATTRIBUTES,
    ...Object.keys(plan.inputs.user),
    ...RESERVED_CLAIMS.flatMap((one) => ("name" in one ? [one.name] : [])),
    ...attributes,
  ]);
}

/** What can be sealed for a resource server. */
export function sealedNames({ profiles }: Plan, resourceServer: string): readonly string[] {
  const names = profiles.flatMap(({ envelopes }) =>
    envelopes.flatMap((envelope) => (envelope.resourceServer === resourceServer ? envelope.claims : [])),
  );
  return [...new Set(names)];
}
