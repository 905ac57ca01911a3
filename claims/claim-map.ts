import type { Class, Effect, Literal, Trust } from "./plan.ts";

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
  readonly resourceServers: { readonly [name: string]: WrittenResourceServer };
  readonly unmatched: Unmatched;
  readonly profiles: { readonly [name: string]: WrittenProfile };
  readonly limits: WrittenLimits;
};

/** An input or attribute as written; `type` is still text, such as `list<string>`. */
export type WrittenDeclaration = {
  readonly type: string;
  readonly class: Class;
  readonly purpose?: string;
  readonly default?: Literal;
  readonly values?: readonly Literal[];
  readonly maxLength?: number;
  readonly maxItems?: number;
};

/** `trust` only on `user.*`, and only `idp` or `operator`. */
export type WrittenInput = WrittenDeclaration & { readonly trust?: Trust };

export type WrittenSource = {
  readonly dynamodb: {
    readonly table: string;
    readonly region?: string;
    /** Key attribute to template, such as `STAFF#{user.sub}`. */
    readonly key: { readonly [attribute: string]: string };
    readonly consistent: boolean;
  };
  readonly trust: Trust;
  readonly residency?: readonly string[];
  readonly onMissing: "deny" | "empty";
  readonly onError: "deny";
  readonly attributes: { readonly [name: string]: WrittenDeclaration };
};

export type WrittenResourceServer = {
  readonly identifier: string;
  readonly scopes: readonly string[];
  readonly readers: readonly string[];
  readonly seal?: { readonly key: string; readonly region?: string; readonly mode: "envelope" };
};

export type Unmatched =
  | { readonly kind: "deny" }
  | { readonly kind: "bare" }
  | { readonly kind: "untouched"; readonly reason: string; readonly approvedBy: string };

export type WrittenProfile = {
  readonly match: { readonly grants: readonly ("user" | "client_credentials")[]; readonly clients: readonly string[] };
  /** Absent on machine profiles. */
  readonly idToken?: { readonly keep: readonly string[] };
  readonly groups?: "keep" | "strip" | { readonly access: "keep" | "strip"; readonly id: "keep" | "strip" };
  readonly selfServiceScopes?: "strip" | { readonly keep: { readonly reason: string; readonly approvedBy: string } };
  readonly claims: { readonly [name: string]: WrittenClaim };
  readonly scopes: readonly WrittenScopeRule[];
};

export type WrittenClaim = {
  readonly value: string;
  readonly when?: string;
  readonly to: readonly ("access" | "id")[];
  readonly sealFor: readonly string[];
  readonly effect?: Effect;
  readonly required: boolean;
};

export type WrittenScopeRule = {
  readonly add: readonly string[];
  readonly remove: readonly string[];
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
