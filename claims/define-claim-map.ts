import type { ProviderType } from "../cognito/identity-providers.ts";
import type { Class, Consumer, Effect, Literal, Trust } from "./plan.ts";

/**
 * Types a claim map that is written in code, and returns it as it is: JSON that `checkClaimMap` reads like a file.
 *
 * A claim that would show a `pii` or `sensitive` value in the clear in an access token does not compile: neither by its
 * value nor by its condition, by way of a definition or not. What only the whole check can see (keys, tenants, types,
 * sizes) it sees when the map is checked.
 *
 * @example
 * const map = defineClaimMap({ version: 1, name: "shop", ... });
 * const { ok, findings, plan } = checkClaimMap(JSON.stringify(map), { format: "json" });
 */
export function defineClaimMap<const M extends ClaimMapDefinition>(map: M & WithoutLeaks<M>): M {
  return map;
}

/** A claim map as it is written, in code or in a file. */
export type ClaimMapDefinition = {
  readonly version: 1;
  readonly name: string;
  readonly revision: string;
  readonly pool: { readonly events: "V1" | "V2" | "V3"; readonly usernames: "opaque" | "any" };
  readonly inputs?: { readonly [name in `user.${string}` | `client.metadata.${string}`]?: InputDefinition };
  readonly sources?: { readonly [name: string]: SourceDefinition };
  readonly tenant?: TenantDefinition;
  readonly partition?: PartitionDefinition;
  readonly pseudonyms?: { readonly key: string; readonly region?: string };
  readonly define?: { readonly [name: string]: string };
  readonly claimSets?: { readonly [name: string]: ClaimSetDefinition };
  readonly resourceServers?: { readonly [name: string]: ResourceServerDefinition };
  readonly unmatched?: "deny" | "bare" | { readonly untouched: SignedDefinition };
  readonly federation?: { readonly providers: { readonly [name: string]: ProviderDefinition } };
  readonly profiles: { readonly [name: string]: ProfileDefinition };
  readonly limits?: {
    readonly accessToken?: number;
    readonly idToken?: number;
    readonly onOversize?: "deny" | "drop";
    readonly sentScopes?: number;
    readonly username?: number;
  };
};

export type SignedDefinition = { readonly reason: string; readonly approvedBy: string };

type ScalarText = "string" | "bool" | "int" | "double" | "timestamp";
/** `string`, `list<string>`, `map<string, int>`, or `map` with `fields`. */
export type TypeText = ScalarText | "map" | `list<${string}>` | `map<string, ${string}>`;

export type FieldDefinition = {
  readonly type: TypeText;
  readonly values?: readonly Literal[];
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly pattern?: string;
};

/** What is `pii` or above states its purpose. */
export type AttributeDefinition = FieldDefinition & {
  readonly default?: Literal;
  readonly fields?: { readonly [name: string]: FieldDefinition };
} & (
    | { readonly class: "open"; readonly purpose?: string }
    | { readonly class: Exclude<Class, "open">; readonly purpose: string }
  );

export type InputDefinition = AttributeDefinition & { readonly trust?: "idp" | "operator" };

export type SourceDefinition = {
  readonly keyDeclassify?: SignedDefinition;
  readonly trust: Trust;
  readonly residency?: readonly string[];
  readonly onMissing: "deny" | "empty";
  readonly onError: "deny" | "unknown" | { readonly stale: `${number}${"s" | "m" | "h"}` };
  readonly attributes: { readonly [name: string]: AttributeDefinition };
} & ({ readonly dynamodb: TableDefinition } | { readonly custom: string } | { readonly chain: string });

export type KeyDefinition = { readonly [attribute: string]: string };

export type TableDefinition = {
  readonly table: string;
  readonly region?: string;
  readonly consistent?: boolean;
} & ({ readonly key: KeyDefinition } | { readonly query: QueryDefinition });

export type QueryDefinition = {
  readonly index?: string;
  readonly key: KeyDefinition;
  readonly beginsWith?: KeyDefinition;
  readonly order?: "ascending" | "descending";
  readonly limit: number;
  readonly onMore: "deny" | "cut";
};

export type TenantDefinition = {
  readonly requested: string;
  readonly allowed: string;
  readonly default?: string;
  readonly otherwise: "deny" | "none";
};

/** `by`, and beside it each value it can have, with the texts it gives. */
export type PartitionDefinition = {
  readonly by: string;
  readonly [value: string]: string | { readonly [name: string]: string };
};

export type ResourceServerDefinition = {
  readonly identifier: string;
  readonly scopes: readonly string[];
  readonly readers?: readonly string[];
  readonly seal?: {
    readonly key: string;
    readonly region?: string;
    readonly pad?: "steps" | "max";
    readonly bindClient?: boolean;
  } & (
    | {
        readonly mode?: "envelope";
        readonly dataKey?: { readonly maxAge?: `${number}${"s" | "m" | "h"}`; readonly maxTokens?: number };
      }
    | { readonly mode: "asymmetric"; readonly publicKey?: string }
    | { readonly mode: "direct" }
  );
  readonly consumers?: readonly Consumer[];
};

export type ProviderDefinition = {
  readonly type: ProviderType;
  readonly attributes: { readonly [name: string]: AttributeDefinition };
  readonly keep: readonly string[] | { readonly [name: string]: string };
  readonly required?: readonly string[];
  readonly mapping?: { readonly [poolAttribute: string]: string };
};

export type ClaimSetDefinition = {
  readonly claims?: { readonly [name: string]: ClaimDefinition };
  readonly scopes?: readonly ScopeRuleDefinition[];
  readonly refuse?: readonly RefusalDefinition[];
};

export type ProfileDefinition = ClaimSetDefinition & {
  readonly match: {
    readonly grants: readonly ("user" | "client_credentials")[];
    readonly clients: readonly string[];
  };
  readonly idToken?:
    | { readonly keep: readonly string[] }
    | { readonly drop: readonly string[]; readonly reason: string }
    | { readonly unchanged: { readonly reason: string } };
  readonly groups?:
    | "keep"
    | "strip"
    | { readonly access: "keep" | "strip"; readonly id: "keep" | "strip"; readonly filter?: string };
  readonly selfServiceScopes?: "strip" | { readonly keep: SignedDefinition };
  readonly use?: readonly string[];
};

/** A claim that reaches a resource server has an effect; one for the ID token alone need not. */
export type ClaimDefinition = {
  readonly value: string;
  readonly when?: string;
  readonly required?: boolean;
  readonly otherwise?: Literal;
  readonly declassify?: SignedDefinition & {
    readonly of: readonly string[];
    readonly through: string;
    readonly to: "open";
    readonly until?: string;
  };
  readonly endorse?: SignedDefinition & { readonly of: readonly string[] };
} & (
  | { readonly to: readonly ["id"]; readonly sealFor?: never; readonly effect?: Effect }
  | { readonly to: readonly ("access" | "id")[]; readonly sealFor?: readonly string[]; readonly effect: Effect }
  | { readonly to?: readonly ["id"]; readonly sealFor: readonly string[]; readonly effect: Effect }
);

export type ScopeRuleDefinition = {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly only?: string;
  readonly when?: string;
};

export type RefusalDefinition = { readonly when: string; readonly code: string };

/** `M`, with a sentence in place of every claim that leaks. */
export type WithoutLeaks<M extends ClaimMapDefinition> = {
  readonly profiles: { readonly [profile in keyof M["profiles"]]: SafeClaims<M["profiles"][profile], PrivateNames<M>> };
  readonly claimSets?: { readonly [set in keyof M["claimSets"]]: SafeClaims<M["claimSets"][set], PrivateNames<M>> };
};

type SafeClaims<P, N extends string> = P extends { readonly claims: infer C }
  ? { readonly claims: { readonly [claim in keyof C]: SafeClaim<C[claim], N> } }
  : unknown;

/** What somebody signed for is left to the check, which holds it to the expression. */
type SafeClaim<C, N extends string> = C extends { readonly declassify: object }
  ? unknown
  : C extends { readonly to: readonly (infer T)[] }
    ? "access" extends T
      ? SafeText<C, "value", N> & SafeText<C, "when", N>
      : unknown
    : unknown;

/** Asks for a member that nobody writes, so that the compiler says its name: a sentence. */
type SafeText<C, K extends string, N extends string> = C extends { readonly [key in K]: infer E extends string }
  ? [MentionedIn<E, N>] extends [never]
    ? unknown
    : { readonly [sentence in `${MentionedIn<E, N>} is private: seal it, or show it in the ID token alone`]: never }
  : unknown;

/** Every way an expression can name a private value. */
type PrivateNames<M extends ClaimMapDefinition> = DeclaredPrivate<M> | PrivateDefinitions<M, DeclaredPrivate<M>>;

type DeclaredPrivate<M extends ClaimMapDefinition> =
  | InputNames<PrivateKeys<M["inputs"]>>
  | {
      [source in keyof M["sources"] & string]: M["sources"][source] extends { readonly attributes: infer A }
        ? FieldNames<source, PrivateKeys<A>>
        : never;
    }[keyof M["sources"] & string];

type PrivateKeys<T> = {
  [key in keyof T & string]: T[key] extends { readonly class: "pii" | "sensitive" } ? key : never;
}[keyof T & string];

type InputNames<K extends string> = K extends `client.metadata.${infer N}`
  ? FieldNames<"client.metadata", N>
  : K extends `user.${infer N}`
    ? FieldNames<"user", N>
    : never;

type FieldNames<R extends string, N extends string> = N extends string
  ? `${R}.${N}` | `${R}.?${N}` | `${R}["${N}"]` | `${R}['${N}']` | `${R}[?"${N}"]` | `${R}[?'${N}']`
  : never;

type PrivateDefinitions<M extends ClaimMapDefinition, N extends string> = {
  [name in keyof M["define"] & string]: M["define"][name] extends infer E extends string
    ? [MentionedIn<E, N>] extends [never]
      ? never
      : FieldNames<"def", name>
    : never;
}[keyof M["define"] & string];

/** The names of `N` that occur in `E`, each as a whole. */
type MentionedIn<E extends string, N extends string> = N extends string
  ? Mentions<E, N> extends true
    ? N
    : never
  : never;

type Mentions<E extends string, N extends string> = E extends `${infer Before}${N}${infer After}`
  ? Before extends `${string}${NameCharacter}`
    ? Mentions<After, N>
    : After extends `${NameCharacter}${string}`
      ? Mentions<After, N>
      : true
  : false;

type Letter =
  | ("a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j" | "k" | "l" | "m")
  | ("n" | "o" | "p" | "q" | "r" | "s" | "t" | "u" | "v" | "w" | "x" | "y" | "z");
type NameCharacter = Letter | Uppercase<Letter> | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "_";
