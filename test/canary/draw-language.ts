import { type Kind, WORDS } from "./draw-declarations.ts";
import { drawValue, type Model } from "./expressions.ts";
import { type MapDocument, printed, readablesOf, type WrittenServer, type WrittenSource } from "./map-document.ts";
import type { Random } from "./random.ts";
import { ONLY_ONE } from "./tenant.ts";

/** A part of a map under way, and what expressions should come to. */
type Drawing = { readonly random: Random; readonly kind: Kind; readonly models: Map<string, Model> };

/** Where people's data live, and what chooses it. */
export const HOME = "user.custom:home";

/** A source of several rows and a source in code, at times. */
export function drawFurtherSources({ random, kind }: Drawing): MapDocument["sources"] {
  const text = { type: "string", class: random.pick(kind.classes), maxLength: 60, purpose: "to be kept" } as const;
  const common = {
    trust: random.pick(["operator", "idp", "user"] as const),
    onMissing: "empty",
    onError: random.pick(["deny", "unknown"] as const),
  } as const;
  const memberships: WrittenSource = {
    dynamodb: {
      table: "membership-rows",
      region: "eu-central-1",
      query: {
        key: { pk: "MEMBER#{user.sub}" },
        ...(random.chance(0.5) && { beginsWith: { sk: "ORG#" } }),
        limit: 1 + random.int(3),
        onMore: random.pick(["deny", "cut", "cut"] as const),
      },
    },
    ...common,
    attributes: { org: { type: "string", class: "open", values: WORDS }, role: text },
  };
  const roster: WrittenSource = { custom: "roster", ...common, attributes: { shift: text } };
  return {
    ...(random.chance(0.25) && { memberships }),
    ...(random.chance(0.25) && { roster }),
  };
}

/** A tenant that people ask for, where a source says which they may have. */
export function withTenant(map: MapDocument, { random }: Drawing): MapDocument {
  const { staff } = map.sources;
  if (!staff || !["operator", "idp"].includes(staff.trust) || random.chance(0.6)) return map;
  const orgs = { type: "list<string>", class: "open", values: WORDS, maxItems: 3 } as const;
  return {
    ...map,
    inputs: { ...map.inputs, "client.metadata.k1": { type: "string", class: "open", maxLength: 40 } },
    sources: { ...map.sources, staff: { ...staff, attributes: { ...staff.attributes, orgs } } },
    tenant: {
      requested: "client.metadata.k1",
      allowed: "staff.orgs",
      ...(random.chance(0.6) && { default: ONLY_ONE("staff.orgs") }),
      otherwise: random.chance(0.7) ? "none" : "deny",
    },
  };
}

/** People's tables and keys by where they live. */
export function withPartition(map: MapDocument, { random }: Drawing): MapDocument {
  if (random.chance(0.8)) return map;
  const sources = Object.entries(map.sources).map(([name, source]): [string, WrittenSource] => {
    const { dynamodb } = source;
    const isPersonal = Object.values(dynamodb?.key ?? {}).some((template) => template.includes("{user.sub}"));
    return [
      name,
      dynamodb && isPersonal ? { ...source, dynamodb: { ...dynamodb, table: `${name}-{partition.suffix}` } } : source,
    ];
  });
  const servers = Object.entries(map.resourceServers).map(([name, server]): [string, WrittenServer] => [
    name,
    server.seal
      ? {
          ...server,
          seal: { ...server.seal, key: `arn:aws:kms:eu-central-1:111122223333:key/${name}-{partition.suffix}` },
        }
      : server,
  ]);
  return {
    ...map,
    inputs: { ...map.inputs, [HOME]: { type: "string", class: "open", values: ["alpha", "beta"], trust: "operator" } },
    sources: Object.fromEntries(sources),
    resourceServers: Object.fromEntries(servers),
    partition: { by: printed("user", "custom:home"), alpha: { suffix: "one" }, beta: { suffix: "two" } },
  };
}

/** A few expressions by name. */
export function withDefinitions(map: MapDocument, { random, kind, models }: Drawing): MapDocument {
  if (random.chance(0.5)) return map;
  const readables = readablesOf(map).filter(({ isPersonal }) => isPersonal);
  const drawn = ["first", "second"].flatMap((name): (readonly [string, string])[] => {
    const modelled = drawValue({ random, readables, isBounded: kind.isBounded });
    if (modelled === null) return [];
    models.set(modelled.text, modelled.model);
    models.set(`def.${name}`, modelled.model);
    return [[name, modelled.text]];
  });
  return { ...map, define: Object.fromEntries(drawn) };
}

/** What nobody reads is a finding; most of it goes. */
export function withoutUnread(map: MapDocument): MapDocument {
  const text = JSON.stringify([map.profiles, map.tenant, map.partition]);
  const define = Object.fromEntries(Object.entries(map.define ?? {}).filter(([name]) => text.includes(`def.${name}`)));
  const all = `${text}${JSON.stringify(define)}`;
  const isRead = (name: string): boolean => [".", "["].some((after) => all.includes(`${name}${after}`));
  const { define: _, pseudonyms, ...rest } = map;
  return {
    ...rest,
    ...(Object.keys(define).length > 0 && { define }),
    ...(pseudonyms && all.includes("pseudonym(") && { pseudonyms }),
    sources: Object.fromEntries(Object.entries(map.sources).filter(([name]) => name === "staff" || isRead(name))),
  };
}
