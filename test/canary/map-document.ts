import type { Class, Effect, Trust } from "../../claims/plan.ts";

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
  readonly resourceServers: { readonly [name: string]: WrittenServer };
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
  readonly default?: string | number;
};

export type WrittenSource = {
  readonly dynamodb: {
    readonly table: string;
    readonly region?: string;
    readonly key: { readonly [attribute: string]: string };
    readonly consistent?: boolean;
  };
  readonly trust: Trust;
  readonly residency?: readonly string[];
  readonly onMissing: "deny" | "empty";
  readonly onError: "deny";
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
  readonly idToken?: { readonly keep: readonly string[] };
  readonly groups?: Groups | { readonly access: Groups; readonly id: Groups };
  readonly selfServiceScopes?: "strip" | { readonly keep: { readonly reason: string; readonly approvedBy: string } };
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
};

export type WrittenRule = {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
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

/** Everything a map declares, and the groups, which every map can read. */
export function readablesOf({ inputs, sources }: MapDocument): readonly Readable[] {
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
  for (const [source, { attributes, trust, dynamodb }] of Object.entries(sources)) {
    const isPersonal = Object.values(dynamodb.key).some((template) => template.includes("{user.sub}"));
    for (const [name, declared] of Object.entries(attributes)) {
      all.push(readable(source, name, declared, trust === "idp" || trust === "operator", isPersonal));
    }
  }
  return all;
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
export function groupsOf({ groups = "strip" }: WrittenProfile): { readonly access: Groups; readonly id: Groups } {
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
