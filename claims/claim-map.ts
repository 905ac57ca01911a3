import type { ProviderType } from "../cognito/identity-providers.ts";
import type { Class, Consumer, Effect, Literal, SealMode, Trust } from "./plan.ts";

/**
 * A claim map as written, after its shape was checked: every key known, every mandatory one there, every fixed choice
 * one of its values. Expressions, templates and literals are still text; names and flows are not yet checked.
 */
export type ClaimMap = {
  readonly version: 1;
  readonly name: string;
  readonly revision: string;
  readonly pool: { readonly events: "V1" | "V2" | "V3"; readonly usernames: "opaque" | "any" };
  /** By full name: `user.email`, `user.groups`, `client.metadata.clinic`. */
  readonly inputs: { readonly [name: string]: WrittenInput };
  readonly sources: { readonly [name: string]: WrittenSource };
  readonly tenant?: WrittenTenant;
  readonly partition?: WrittenPartition;
  readonly pseudonyms?: { readonly key: string; readonly region?: string };
  /** Named expressions. */
  readonly define: { readonly [name: string]: string };
  readonly claimSets: { readonly [name: string]: WrittenClaimSet };
  readonly resourceServers: { readonly [name: string]: WrittenResourceServer };
  readonly unmatched: Unmatched;
  readonly federation?: WrittenFederation;
  readonly profiles: { readonly [name: string]: WrittenProfile };
  readonly limits: WrittenLimits;
};

/** A type, still text such as `list<string>`, and the bounds of its values. */
export type WrittenField = {
  readonly type: string;
  readonly values?: readonly Literal[];
  readonly maxLength?: number;
  readonly maxItems?: number;
  /** A number, or the text of a timestamp. */
  readonly min?: Literal;
  readonly max?: Literal;
  readonly pattern?: string;
};

/** An input or attribute as written. */
export type WrittenDeclaration = WrittenField & {
  readonly class: Class;
  readonly purpose?: string;
  readonly default?: Literal;
  /** Entries of a `map`. */
  readonly fields?: { readonly [name: string]: WrittenField };
};

/** `trust` only on `user.*`, and only `idp` or `operator`. */
export type WrittenInput = Omit<WrittenDeclaration, "fields"> & { readonly trust?: Trust };

/** Whoever weakens a protection signs for it. */
export type Signed = { readonly reason: string; readonly approvedBy: string };

/** Exactly one of `dynamodb`, `custom` and `chain`. */
export type WrittenSource = {
  readonly dynamodb?: WrittenTable;
  /** A hook's name. */
  readonly custom?: string;
  /** A function's ARN. */
  readonly chain?: string;
  readonly keyDeclassify?: Signed;
  readonly trust: Trust;
  readonly residency?: readonly string[];
  readonly onMissing: "deny" | "empty";
  /** `stale` is text such as `60s`. */
  readonly onError: "deny" | "unknown" | { readonly stale: string };
  readonly attributes: { readonly [name: string]: WrittenDeclaration };
};

/** Exactly one of `key` (a row) and `query` (several). */
export type WrittenTable = {
  readonly table: string;
  readonly region?: string;
  /** Key attribute to template, such as `STAFF#{user.sub}`. */
  readonly key?: WrittenKey;
  readonly query?: WrittenQuery;
  readonly consistent: boolean;
};

export type WrittenKey = { readonly [attribute: string]: string };

export type WrittenQuery = {
  readonly index?: string;
  readonly key: WrittenKey;
  readonly beginsWith?: WrittenKey;
  readonly order: "ascending" | "descending";
  readonly limit: number;
  readonly onMore: "deny" | "cut";
};

/** All but `otherwise` are expressions. */
export type WrittenTenant = {
  readonly requested: string;
  readonly allowed: string;
  readonly default?: string;
  readonly otherwise: "deny" | "none";
};

export type WrittenPartition = {
  readonly by: string;
  readonly values: { readonly [value: string]: { readonly [name: string]: string } };
};

export type WrittenClaimSet = {
  readonly claims: { readonly [name: string]: WrittenClaim };
  readonly scopes: readonly WrittenScopeRule[];
  readonly refuse: readonly WrittenRefusal[];
};

export type WrittenResourceServer = {
  readonly identifier: string;
  readonly scopes: readonly string[];
  readonly readers: readonly string[];
  readonly seal?: WrittenSeal;
  readonly consumers: readonly Consumer[];
};

export type WrittenSeal = {
  readonly key: string;
  readonly region?: string;
  readonly mode: SealMode;
  /** Under `asymmetric`: SPKI in base64. */
  readonly publicKey?: string;
  readonly pad: "steps" | "max";
  readonly bindClient: boolean;
  /** Under `envelope`. */
  readonly dataKey?: WrittenDataKey;
};

/** `maxAge` is text such as `1h`. */
export type WrittenDataKey = { readonly maxAge: string; readonly maxTokens: number };

export type Unmatched =
  | { readonly kind: "deny" }
  | { readonly kind: "bare" }
  | { readonly kind: "untouched"; readonly reason: string; readonly approvedBy: string };

/** By the name the pool has for each provider. */
export type WrittenFederation = { readonly providers: { readonly [name: string]: WrittenProvider } };

/** What a provider sends is text, which is read as a scalar. */
export type SentAttribute = Omit<WrittenInput, "trust" | "maxItems">;

export type WrittenProvider = {
  readonly type: ProviderType;
  /** What the provider sends and may be read, by its own names. */
  readonly attributes: { readonly [name: string]: SentAttribute };
  /** Names of `attributes`, each kept as it is; or names and what is kept under them, as expressions. */
  readonly keep: readonly string[] | { readonly expressions: { readonly [name: string]: string } };
  /** Names of what is kept. */
  readonly required: readonly string[];
  /** The pool's attributes to the names they are read from, as in the pool; without it, each to its own. */
  readonly mapping?: { readonly [poolAttribute: string]: string };
};

export type WrittenProfile = {
  readonly match: { readonly grants: readonly ("user" | "client_credentials")[]; readonly clients: readonly string[] };
  /** Absent on machine profiles. */
  readonly idToken?: WrittenIdToken;
  readonly groups?: "keep" | "strip" | WrittenGroups;
  readonly selfServiceScopes?: "strip" | { readonly keep: Signed };
  readonly refuse: readonly WrittenRefusal[];
  /** Names of claim sets. */
  readonly use: readonly string[];
  readonly claims: { readonly [name: string]: WrittenClaim };
  readonly scopes: readonly WrittenScopeRule[];
};

/** Exactly one of `keep`, `drop` and `unchanged`; `reason` belongs to `drop`. */
export type WrittenIdToken = {
  readonly keep?: readonly string[];
  readonly drop?: readonly string[];
  readonly reason?: string;
  readonly unchanged?: { readonly reason: string };
};

/** `filter` is `native` or an expression. */
export type WrittenGroups = {
  readonly access: "keep" | "strip";
  readonly id: "keep" | "strip";
  readonly filter?: string;
};

export type WrittenRefusal = { readonly when: string; readonly code: string };

export type WrittenClaim = {
  readonly value: string;
  readonly when?: string;
  readonly to: readonly ("access" | "id")[];
  readonly sealFor: readonly string[];
  readonly effect?: Effect;
  readonly required: boolean;
  readonly otherwise?: Literal;
  readonly declassify?: WrittenDeclassify;
  readonly endorse?: WrittenEndorse;
};

/** References as an expression writes them, and the function, or `map` for an enumerated map, they must pass. */
export type WrittenDeclassify = Signed & {
  readonly of: readonly string[];
  readonly through: string;
  readonly to: "open";
  /** A date, `2027-06-30`: the last day it holds. */
  readonly until?: string;
};

export type WrittenEndorse = Signed & { readonly of: readonly string[] };

export type WrittenScopeRule = {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** A list of the custom scopes that may stay. */
  readonly only?: string;
  readonly when?: string;
};

export type WrittenLimits = {
  /** Bytes. */
  readonly accessToken: number;
  readonly idToken: number;
  readonly onOversize: "deny" | "drop";
  /** Bytes of the scopes Cognito sends, for the worst case. */
  readonly sentScopes: number;
  /** Bytes of the longest username. */
  readonly username: number;
};

/** Steps from the top of the map; a list's item is its index as text. */
export type MapPath = readonly string[];

/** Line and column in the file, both from 1. */
export type Position = { readonly line: number; readonly column: number };

/** A map whose shape was read: what could be used of it, and where everything stands. */
export type ReadMap = {
  readonly map: ClaimMap;
  /** The position of a key or item; of the nearest parent that exists when it does not. */
  readonly at: (path: MapPath) => Position;
  /** The position `offset` characters into a string value, for carets inside expressions. */
  readonly within: (path: MapPath, offset: number) => Position;
  /**
   * Whether the part at `path` (or a part it stands in) was left out of `map` because its shape is wrong. A finding
   * for it exists already: whatever depends on it is skipped, not reported again.
   */
  readonly broken: (path: MapPath) => boolean;
};
