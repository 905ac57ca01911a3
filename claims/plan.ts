import type { ProviderType } from "../cognito/identity-providers.ts";

/**
 * The compiled plan: what `compile` makes of a checked claim map and what the trigger runs. Plain JSON, so that it can
 * be stored, hashed and compared; no CEL, no YAML and no text of an expression is left in it.
 */

/** How private a value is. Order matters: `open` < `pii` < `sensitive`. */
export type Class = "open" | "pii" | "sensitive";

/** How far a value can be trusted. Order matters: `caller` < `user` < `idp` < `operator`. */
export type Trust = "caller" | "user" | "idp" | "operator";

/** What a missing claim would mean downstream. */
export type Effect = "grants" | "restricts" | "informs";

export type Scalar = "string" | "bool" | "int" | "double" | "timestamp";
export type PlanType =
  | Scalar
  | { readonly list: PlanType }
  | { readonly map: PlanType }
  /** A map whose entries are declared one by one; what else a table holds in it is not read. */
  | { readonly fields: { readonly [name: string]: Field } };

/** A literal of a map (`default`, `values`, `otherwise`) as JSON. */
export type Literal = string | number | boolean | readonly Literal[] | { readonly [key: string]: Literal };

/** A type and the bounds of its values. A value that breaks any of them is invalid, hence unknown. */
export type Field = {
  readonly type: PlanType;
  readonly values?: readonly Literal[];
  /** Bytes of a string as JSON text without its quotes, at any depth. */
  readonly maxLength?: number;
  /** Items of a list or entries of a map, at any depth. */
  readonly maxItems?: number;
  /** Of numbers, at any depth; of timestamps as RFC 3339 text or seconds. Both ends are allowed values. */
  readonly min?: number | string;
  readonly max?: number | string;
  /** RE2 syntax; every string inside must match it from end to end. */
  readonly pattern?: string;
};

/** What one input or attribute must be. */
export type Declaration = Field & {
  readonly class: Class;
  /** Stands in for an absent value; never for an invalid or a failed one. */
  readonly default?: Literal;
  /** Why it is read, in the map's words. */
  readonly purpose?: string;
};

/**
 * A place where facts are read: `["user","email"]`, `["client","metadata","clinic"]`, `["staff","profession"]`,
 * `["tenant","id"]`, `["partition","suffix"]`, `["request","scopes"]`, `["now"]`; a source of several rows by its name
 * alone.
 */
export type Reference = readonly [root: string, ...rest: string[]];

export type BinaryOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "+" | "-" | "*" | "/" | "%";

/** The functions an expression may call; a method's receiver is its first argument. */
export type FunctionName =
  | "size"
  | "startsWith"
  | "endsWith"
  | "contains"
  | "lowerAscii"
  | "upperAscii"
  | "trim"
  | "split"
  | "join"
  | "domain"
  | "last"
  | "age"
  | "json"
  | "bracketList"
  | "distinct"
  | "flatten"
  | "take"
  | "sort"
  | "string"
  | "int"
  | "double"
  | "bool"
  | "timestamp";

/** A type-checked expression as a tree. */
export type Expr =
  | { readonly op: "string"; readonly value: string }
  | { readonly op: "bool"; readonly value: boolean }
  /** Decimal text: a CEL int has 64 bits, a JSON number does not. */
  | { readonly op: "int"; readonly value: string }
  | { readonly op: "double"; readonly value: number }
  | { readonly op: "ref"; readonly ref: Reference }
  /** `has(a.b)` of a declared field. */
  | { readonly op: "has"; readonly ref: Reference }
  /** `has(m.key)` of an entry of a map value. */
  | { readonly op: "hasKey"; readonly of: Expr; readonly key: string }
  | { readonly op: "list"; readonly items: readonly Expr[] }
  | { readonly op: "map"; readonly entries: readonly (readonly [Expr, Expr])[] }
  | { readonly op: "index"; readonly of: Expr; readonly at: Expr }
  | { readonly op: "not" | "negate"; readonly of: Expr }
  | { readonly op: "and" | "or"; readonly left: Expr; readonly right: Expr }
  | { readonly op: "if"; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly op: BinaryOperator; readonly left: Expr; readonly right: Expr }
  | { readonly op: "call"; readonly name: FunctionName; readonly args: readonly Expr[] }
  /** A field of a row or of a map with declared fields. */
  | { readonly op: "field" | "hasField"; readonly of: Expr; readonly name: string }
  /** What a macro or a binding around it named. */
  | { readonly op: "var"; readonly name: string }
  | { readonly op: "bind"; readonly name: string; readonly value: Expr; readonly body: Expr }
  | {
      readonly op: "all" | "exists" | "existsOne" | "filter";
      /** A list, or a map, whose keys are gone through. */
      readonly of: Expr;
      readonly name: string;
      readonly body: Expr;
    }
  | { readonly op: "transform"; readonly of: Expr; readonly name: string; readonly when?: Expr; readonly body: Expr }
  /** Whether the pattern, in RE2 syntax, occurs in the text. */
  | { readonly op: "matches"; readonly of: Expr; readonly pattern: string }
  /** A stable name for a private value; `attribute` is the reference it comes from, as an expression writes it. */
  | { readonly op: "pseudonym"; readonly of: Expr; readonly attribute: string };

/** A key template in parts: fixed text, and references filled in at a sign-in. */
export type TemplatePart = string | { readonly ref: Reference };

/** How a source is read. Tables and regions may hold `${env:NAME}` until bound and `{partition.NAME}` until read. */
export type SourceRead =
  | {
      readonly kind: "row";
      readonly table: string;
      /** The function's own region when absent. */
      readonly region?: string;
      readonly key: KeyTemplates;
      /** True where the map says so or where a `sensitive` attribute is declared. */
      readonly consistent: boolean;
    }
  | {
      readonly kind: "query";
      readonly table: string;
      readonly region?: string;
      readonly index?: string;
      readonly key: KeyTemplates;
      readonly beginsWith?: KeyTemplates;
      readonly order: "ascending" | "descending";
      /** Rows at most. */
      readonly limit: number;
      readonly onMore: "deny" | "cut";
      readonly consistent: boolean;
    }
  /** A function of the owner's own, by its name among the hooks. */
  | { readonly kind: "custom"; readonly hook: string }
  /** An existing pre token function whose claims are attributes. */
  | { readonly kind: "chain"; readonly function: string };

/** Key attributes to their templates. */
export type KeyTemplates = { readonly [attribute: string]: readonly TemplatePart[] };

export type PlanSource = SourceRead & {
  /** Who can write it. */
  readonly trust: Trust;
  readonly residency?: readonly string[];
  readonly onMissing: "deny" | "empty";
  /** `stale`: how old a row may be that stands in for one that could not be read, in seconds. */
  readonly onError: "deny" | "unknown" | { readonly stale: number };
  readonly attributes: { readonly [name: string]: Declaration };
};

export type PlanResourceServer = {
  /** The identifier in the user pool: its scopes are `identifier/scope`, and it is the audience of its envelope. */
  readonly identifier: string;
  readonly scopes: readonly string[];
  readonly readers: readonly string[];
  /** The token's claim that carries the envelope: `sealed_<name>`, `-` written `_`. */
  readonly claim: string;
  readonly seal?: PlanSeal;
  /** What stands in front of it. */
  readonly consumers?: readonly Consumer[];
};

/** By a data key, by the reader's public key, or by KMS itself. */
export type SealMode = "envelope" | "asymmetric" | "direct";

export type PlanSeal = {
  /**
   * Key and region may hold `${env:NAME}` until bound and `{partition.NAME}` until read. Under `asymmetric` the key may
   * be a public key, SPKI in base64: its readers hold the other half, and KMS knows nothing of it.
   */
  readonly key: string;
  readonly region?: string;
  readonly mode: SealMode;
  /** Under `asymmetric` the public half of `key`, SPKI in base64; where absent, KMS is asked for it once per start. */
  readonly publicKey?: string;
  /** Whether it opens only in a token of the client it was sealed for. */
  readonly bindClient?: true;
  /** Bounds of a data key under `envelope`, where the map states any. */
  readonly dataKey?: { readonly maxAgeSeconds: number; readonly maxTokens: number };
};

export type Consumer = "api-gateway-rest" | "api-gateway-http" | "cloudfront-s3" | "cookie";

export type PlanClaim = {
  readonly name: string;
  readonly value: Expr;
  readonly when?: Expr;
  readonly to: readonly ("access" | "id")[];
  /** Names of resource servers. */
  readonly sealFor: readonly string[];
  /** Absent only on claims that go to the ID token alone. */
  readonly effect?: Effect;
  readonly required: boolean;
  /** Stands in for an unknown value of a claim that restricts. */
  readonly otherwise?: Literal;
  /** What the value is, for types and documentation. */
  readonly type: PlanType;
  /** How private it is where it goes, and how far it is trusted; what was signed for considered. */
  readonly class: Class;
  readonly trust: Trust;
  /** The most bytes of its JSON text; null where nothing bounds it. */
  readonly maxBytes: number | null;
};

export type PlanScopeRule = {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** The custom scopes that may stay. */
  readonly only?: Expr;
  readonly when?: Expr;
};

/** Refuses a token; the code stands with `MAP_` in front of it. */
export type PlanRefusal = { readonly when: Expr; readonly code: string };

/** One envelope of a profile. */
export type PlanEnvelope = {
  readonly resourceServer: string;
  /** Claim names, in the map's order. */
  readonly claims: readonly string[];
  /** Bytes the plaintext is padded to when a `sensitive` claim is inside; otherwise it grows in steps. */
  readonly padTo?: number;
};

export type PlanProfile = {
  readonly name: string;
  readonly grants: readonly ("user" | "client_credentials")[];
  /** Client ids, `${env:NAME}` until bound, or `"*"`. */
  readonly clients: readonly string[];
  /** What the ID token keeps of what Cognito puts there: these names, all but these, or everything. */
  readonly idToken:
    | { readonly keep: readonly string[] }
    | { readonly drop: readonly string[] }
    | { readonly unchanged: true };
  readonly groups: {
    readonly access: "keep" | "strip";
    readonly id: "keep" | "strip";
    /** Groups that may stay: those an administrator made (`native`), or those in a list. */
    readonly filter?: "native" | Expr;
  };
  readonly selfServiceScopes: "keep" | "strip";
  readonly refuse: readonly PlanRefusal[];
  readonly claims: readonly PlanClaim[];
  readonly scopes: readonly PlanScopeRule[];
  readonly envelopes: readonly PlanEnvelope[];
  /**
   * The attributes of each source that this profile needs, in waves: the keys of one are built from what the waves
   * before it read. A source that is not here is not read.
   */
  readonly reads: readonly { readonly [source: string]: readonly string[] }[];
  /**
   * The most bytes of its tokens, counting the scopes and usernames that `limits` allow for, and not what Cognito alone
   * decides on (`identities`, roles of groups); null where nothing bounds them.
   */
  readonly maxBytes: { readonly access: number | null; readonly id: number | null };
  /** What has to be worked out before its claims are. */
  readonly needs: { readonly tenant: boolean; readonly partition: boolean; readonly pseudonyms: boolean };
};

/** What enters the pool of what one identity provider sends. */
export type PlanProvider = {
  readonly type: ProviderType;
  /** What of it is read, by its own names. */
  readonly attributes: { readonly [name: string]: Declaration };
  readonly keep: readonly PlanKept[];
};

/** One attribute on its way into the pool. */
export type PlanKept = {
  /** What the pool's attribute mapping reads it by. */
  readonly name: string;
  /** The pool's attributes it becomes, as far as the map knows; none for what a username is made from. */
  readonly pool: readonly string[];
  /** Of what the provider sends alone: `idp.NAME`. */
  readonly value: Expr;
  /** Unknown, it refuses the sign-in. */
  readonly required: boolean;
  readonly type: PlanType;
  readonly class: Class;
  /** The most bytes of its text; null where nothing bounds it. */
  readonly maxBytes: number | null;
};

/** Somebody signed for less protection than the language gives. */
export type Approval = {
  /** Steps to the place in the map. */
  readonly path: readonly string[];
  readonly what: "declassify" | "endorse" | "keyDeclassify" | "selfServiceScopes" | "idToken" | "untouched";
  readonly reason: string;
  readonly approvedBy?: string;
  /** A date, `2027-06-30`: its last day. */
  readonly until?: string;
};

/** What people read when they are refused, in the owner's words. */
export type PlanMessages = {
  /** The language of whoever asks for none of these. */
  readonly fallback: string;
  /** Where an event says which language is read, in the order in which they are asked. */
  readonly languageFrom: readonly ("user.locale" | `client.metadata.${string}`)[];
  /** By language tag in lower case, then by refusal code; `*` is every code that is not there. */
  readonly texts: { readonly [language: string]: { readonly [code: string]: string } };
};

export type Plan = {
  readonly v: 1;
  readonly name: string;
  readonly revision: string;
  readonly events: "V1" | "V2" | "V3";
  readonly usernames: "opaque" | "any";
  readonly inputs: {
    readonly user: { readonly [name: string]: Declaration & { readonly trust: Trust } };
    readonly metadata: { readonly [name: string]: Declaration & { readonly trust: Trust } };
  };
  /** A value chosen by the caller, trusted once it is found in a list of what the subject may choose. */
  readonly tenant?: {
    readonly requested: Expr;
    readonly allowed: Expr;
    readonly default?: Expr;
    readonly otherwise: "deny" | "none";
  };
  /** The KMS key that pseudonyms are made with. */
  readonly pseudonyms?: { readonly key: string; readonly region?: string };
  /** Where a subject's data live: what `by` comes to chooses the texts. */
  readonly partition?: {
    readonly by: Expr;
    readonly values: { readonly [value: string]: { readonly [name: string]: string } };
  };
  /** Every pattern of expressions and declarations, each once: without any, no pattern engine is needed. */
  readonly patterns: readonly string[];
  readonly sources: { readonly [name: string]: PlanSource };
  readonly resourceServers: { readonly [name: string]: PlanResourceServer };
  readonly profiles: readonly PlanProfile[];
  /** `untouched` leaves the tokens of other clients as they are; `bare` strips them and adds nothing. */
  readonly unmatched: "deny" | "bare" | "untouched";
  readonly limits: {
    /** Bytes of the whole token. */
    readonly accessToken: number;
    readonly idToken: number;
    readonly onOversize: "deny" | "drop";
  };
  /** For a trigger of its own. Absent, what providers send is stored as the pool's attribute mappings have it. */
  readonly federation?: {
    /** By the name the pool has for each. */
    readonly providers: { readonly [name: string]: PlanProvider };
    /** As `patterns`, of these expressions and declarations alone. */
    readonly patterns: readonly string[];
  };
  /** Everything somebody signed for, in the map's order. */
  readonly approvals: readonly Approval[];
  /** The owner's own texts, where `claimseal build --messages` was given any. */
  readonly messages?: PlanMessages;
};
