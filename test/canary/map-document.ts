import type { Class, Effect, Trust } from "../../claims/plan.ts";
import type { JsonValue } from "../../cognito/json.ts";

/**
 * A claim map as it is written. What this folder expects of a token is read off this, not off the compiled plan, so
 * that compiler and expectation cannot be wrong in the same way.
 */
export type MapDocument = {
  readonly version: 1;
  readonly name: string;
  readonly revision: string;
  readonly pool: { readonly events: "V1" | "V2" | "V3"; readonly usernames: "opaque" | "any" };
  readonly inputs: { readonly [name: string]: WrittenValue & { readonly trust?: Trust } };
  readonly sources: { readonly [name: string]: WrittenSource };
  readonly define?: { readonly [name: string]: string };
  readonly tenant?: WrittenTenant;
  readonly partition?: WrittenPartition;
  readonly pseudonyms?: { readonly key: string; readonly region?: string };
  readonly resourceServers: { readonly [name: string]: WrittenServer };
  readonly claimSets?: { readonly [name: string]: Pick<WrittenProfile, "claims" | "scopes" | "refuse"> };
  readonly unmatched?:
    | "deny"
    | "bare"
    | { readonly untouched: { readonly reason: string; readonly approvedBy: string } };
  readonly profiles: { readonly [name: string]: WrittenProfile };
  readonly limits?: { readonly accessToken: number; readonly idToken: number; readonly onOversize: "deny" | "drop" };
};

export type WrittenType = "string" | "bool" | "int" | "timestamp" | "list<string>" | "map<string, string>";

export type WrittenValue = {
  readonly type: WrittenType;
  readonly class: Class;
  readonly purpose?: string;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly values?: readonly string[];
  readonly pattern?: string;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly default?: string | number | boolean;
};

export type WrittenTenant = {
  readonly requested: string;
  readonly allowed: string;
  readonly default?: string;
  readonly otherwise: "deny" | "none";
};

/** Texts by name, by what `by` comes to. */
export type WrittenPartition = {
  readonly by: string;
  readonly [value: string]: string | { readonly [name: string]: string };
};

type WrittenKey = { readonly [attribute: string]: string };

export type WrittenSource = {
  readonly dynamodb?: {
    readonly table: string;
    readonly region?: string;
    readonly key?: WrittenKey;
    readonly query?: {
      readonly key: WrittenKey;
      readonly beginsWith?: WrittenKey;
      readonly limit: number;
      readonly onMore: "deny" | "cut";
    };
    readonly consistent?: boolean;
  };
  readonly custom?: string;
  readonly trust: Trust;
  readonly residency?: readonly string[];
  readonly onMissing: "deny" | "empty";
  readonly onError: "deny" | "unknown";
  readonly attributes: { readonly [name: string]: WrittenValue };
};

export type WrittenServer = {
  readonly identifier: string;
  readonly scopes: readonly string[];
  readonly readers: readonly string[];
  readonly seal?: { readonly key: string; readonly region?: string; readonly mode: "envelope" };
};

export type Groups = "keep" | "strip";

export type WrittenProfile = {
  readonly match: { readonly grants: readonly ("user" | "client_credentials")[]; readonly clients: readonly string[] };
  readonly idToken?: {
    readonly keep?: readonly string[];
    readonly drop?: readonly string[];
    readonly reason?: string;
    readonly unchanged?: { readonly reason: string };
  };
  readonly groups?: Groups | { readonly access: Groups; readonly id: Groups; readonly filter?: string };
  readonly selfServiceScopes?: "strip" | { readonly keep: { readonly reason: string; readonly approvedBy: string } };
  readonly refuse?: readonly { readonly when: string; readonly code: string }[];
  readonly use?: readonly string[];
  readonly claims?: { readonly [name: string]: WrittenClaim };
  readonly scopes?: readonly WrittenRule[];
};

export type WrittenClaim = {
  readonly value: string;
  readonly when?: string;
  readonly to?: readonly ("access" | "id")[];
  readonly sealFor?: readonly string[];
  readonly effect?: Effect;
  readonly required?: boolean;
  readonly otherwise?: JsonValue;
  readonly declassify?: {
    readonly of: readonly string[];
    readonly through: string;
    readonly to: "open";
    readonly reason: string;
    readonly approvedBy: string;
  };
};

export type WrittenRule = {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly only?: string;
  readonly when?: string;
};

/** A value that expressions can read. */
export type Readable = {
  /** As expressions write it; also the name of the place its canaries come from. */
  readonly printed: string;
  readonly root: string;
  readonly name: string;
  readonly declared: WrittenValue;
  /** Nobody but `idp` or better can have written it. */
  readonly isTrusted: boolean;
  /** A machine has no such value. */
  readonly isPersonal: boolean;
};

/** Everything a map declares, the groups, which every map can read, and the tenant; not what stands in rows of a query. */
export function readablesOf({ inputs, sources, tenant }: MapDocument): readonly Readable[] {
  const all: Readable[] = [];
  if (!Object.hasOwn(inputs, "user.groups")) {
    all.push(readable("user", "groups", { type: "list<string>", class: "pii" }, true, true));
  }
  for (const [name, { trust, ...declared }] of Object.entries(inputs)) {
    const isMetadata = name.startsWith("client.metadata.");
    const root = isMetadata ? "client.metadata" : "user";
    all.push(
      readable(
        root,
        name.slice(root.length + 1),
        declared,
        name === "user.groups" || (!isMetadata && trust !== undefined),
        !isMetadata,
      ),
    );
  }
  for (const [source, written] of Object.entries(sources)) {
    if (!written.dynamodb?.query) all.push(...attributesOf(source, written));
  }
  if (tenant) {
    const isPersonal = all.some((each) => each.isPersonal && mentions(tenant.allowed, each.printed));
    all.push(readable("tenant", "id", { type: "string", class: "open", maxLength: 70 }, true, isPersonal));
  }
  return all;
}

/** What stands in the rows of queries: an expression names the source, and then a field of a row. */
export function rowReadablesOf({ sources }: MapDocument): readonly Readable[] {
  return Object.entries(sources).flatMap(([source, written]) =>
    written.dynamodb?.query ? attributesOf(source, written) : [],
  );
}

function attributesOf(source: string, { attributes, trust, ...read }: WrittenSource): readonly Readable[] {
  const isPersonal = Object.values(keyOf(read)).some((template) => template.includes("{user.sub}"));
  return Object.entries(attributes).map(([name, declared]) =>
    readable(source, name, declared, trust === "idp" || trust === "operator", isPersonal),
  );
}

/** The key of a row or of a query; a source in code has none. */
export function keyOf({ dynamodb }: Pick<WrittenSource, "dynamodb">): WrittenKey {
  return dynamodb?.key ?? dynamodb?.query?.key ?? {};
}

/** Whether an expression reads a value, be it of rows it goes through. */
export function reads(expression: string, { printed: place, root, name }: Readable, isRow: boolean): boolean {
  if (!isRow) return mentions(expression, place);
  return mentions(expression, root) && new RegExp(`\\.${name}(?!\\w)`).test(expression);
}

/** An expression with what it names by `def.` in its place. */
export function inlined({ define = {} }: MapDocument, expression: string): string {
  return expression.replace(
    /\bdef\.(\w+)/g,
    (_, name: string) => `(${inlined({ define } as MapDocument, define[name] ?? "")})`,
  );
}

/** The claims and rules of a profile, with those of the sets it takes. */
export function partsOf(
  { claimSets = {} }: MapDocument,
  profile: WrittenProfile | null,
): Required<Pick<WrittenProfile, "claims" | "scopes" | "refuse">> {
  const parts = [...(profile ? [profile] : []), ...(profile?.use ?? []).map((name) => claimSets[name] ?? {})];
  return {
    claims: Object.fromEntries(parts.flatMap(({ claims = {} }) => Object.entries(claims))),
    scopes: parts.flatMap(({ scopes = [] }) => scopes),
    refuse: parts.flatMap(({ refuse = [] }) => refuse),
  };
}

function readable(
  root: string,
  name: string,
  declared: WrittenValue,
  isTrusted: boolean,
  isPersonal: boolean,
): Readable {
  return { printed: printed(root, name), root, name, declared, isTrusted, isPersonal };
}

/** A field as expressions write it. */
export function printed(root: string, name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `${root}.${name}` : `${root}[${JSON.stringify(name)}]`;
}

/** Whether an expression names a value, be it to ask whether it is there (`a[?"b"]`). */
export function mentions(expression: string, name: string): boolean {
  const text = expression.replaceAll("[?", "[");
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/\w/.test(text.charAt(at + name.length)) && !/[\w.]/.test(text.charAt(at - 1))) return true;
  }
  return false;
}

/** What becomes of the groups in each token. */
export function groupsOf({ groups = "strip" }: WrittenProfile): {
  readonly access: Groups;
  readonly id: Groups;
  readonly filter?: string;
} {
  return typeof groups === "string" ? { access: groups, id: groups } : groups;
}

/** The claim that carries a resource server's envelope. */
export function envelopeClaimOf(server: string): string {
  return `sealed_${server.replaceAll("-", "_")}`;
}

/** A value for every `${env:NAME}` of a map's text, told by how the name ends. */
export function environmentOf(text: string): { readonly [name: string]: string } {
  const names = [...new Set([...text.matchAll(/\$\{env:(\w+)\}/g)].map(([, name]) => name as string))];
  return Object.fromEntries(
    names.map((name) => {
      const plain = name.toLowerCase().replaceAll("_", "");
      if (name.endsWith("_ARN")) return [name, `arn:aws:kms:eu-central-1:111122223333:key/${plain}`];
      return [name, plain];
    }),
  );
}

/** Text with its `${env:NAME}` filled in. */
export function filledIn(text: string, environment: { readonly [name: string]: string }): string {
  return text.replace(/\$\{env:(\w+)\}/g, (_, name: string) => environment[name] ?? "");
}
