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
export type PlanType = Scalar | { readonly list: PlanType } | { readonly map: PlanType };

/** A literal of a map (`default`, `values`) as JSON. */
export type Literal = string | number | boolean | readonly Literal[] | { readonly [key: string]: Literal };

/** What one input or attribute must be. A value that breaks any of it is invalid, hence unknown. */
export type Declaration = {
  readonly type: PlanType;
  readonly class: Class;
  readonly values?: readonly Literal[];
  /** Bytes of a string as JSON text without its quotes, at any depth. */
  readonly maxLength?: number;
  /** Items of a list or entries of a map, at any depth. */
  readonly maxItems?: number;
  /** Stands in for an absent value; never for an invalid or a failed one. */
  readonly default?: Literal;
};

/** A place where facts are read: `["user","email"]`, `["client","metadata","clinic"]`, `["staff","profession"]`. */
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
  | { readonly op: "call"; readonly name: FunctionName; readonly args: readonly Expr[] };

/** A key template in parts: fixed text, and references filled in at a sign-in. */
export type TemplatePart = string | { readonly ref: Reference };

export type PlanSource = {
  /** May be `${env:NAME}` until the plan is bound. */
  readonly table: string;
  /** The function's own region when absent. */
  readonly region?: string;
  readonly key: { readonly [attribute: string]: readonly TemplatePart[] };
  /** True where the map says so or where a `sensitive` attribute is declared. */
  readonly consistent: boolean;
  readonly onMissing: "deny" | "empty";
  readonly onError: "deny";
  readonly attributes: { readonly [name: string]: Declaration };
};

export type PlanResourceServer = {
  /** The identifier in the user pool: its scopes are `identifier/scope`, and it is the audience of its envelope. */
  readonly identifier: string;
  readonly scopes: readonly string[];
  readonly readers: readonly string[];
  /** The token's claim that carries the envelope: `sealed_<name>`, `-` written `_`. */
  readonly claim: string;
  readonly seal?: { readonly key: string; readonly region?: string; readonly mode: "envelope" };
};

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
};

export type PlanScopeRule = {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly when?: Expr;
};

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
  /** Names the ID token keeps of what Cognito puts there. */
  readonly keep: readonly string[];
  readonly groups: { readonly access: "keep" | "strip"; readonly id: "keep" | "strip" };
  readonly selfServiceScopes: "keep" | "strip";
  readonly claims: readonly PlanClaim[];
  readonly scopes: readonly PlanScopeRule[];
  readonly envelopes: readonly PlanEnvelope[];
  /** The attributes of each source that this profile needs; a source that is not here is not read. */
  readonly reads: { readonly [source: string]: readonly string[] };
};

export type Plan = {
  readonly v: 1;
  readonly name: string;
  readonly revision: string;
  readonly events: "V1" | "V2" | "V3";
  readonly usernames: "opaque" | "any";
  readonly inputs: {
    readonly user: { readonly [name: string]: Declaration };
    readonly metadata: { readonly [name: string]: Declaration };
  };
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
};
