/** Codes that refuse a token; each is one of the trigger's refusal codes. `MAP_` stands before a map's own. */
export type ClaimsRefusal =
  | "EVENT_VERSION"
  | "PROFILE_NONE"
  | "SOURCE_MISSING"
  | "SOURCE_UNAVAILABLE"
  | "SOURCE_INVALID"
  | "TENANT_REFUSED"
  | "PARTITION_UNKNOWN"
  | "CLAIM_REQUIRED"
  | "CLAIM_RESTRICTS_UNKNOWN"
  | "USERNAME_PERSONAL"
  | "SCOPES_EMPTY"
  | `MAP_${string}`;

/** Codes that refuse to let somebody in from an identity provider; each is one of the triggers' refusal codes. */
export type FederationRefusal = "PROVIDER_NONE" | "ATTRIBUTE_REQUIRED" | "ATTRIBUTES_NONE";

/** Codes of a plan that cannot be started. */
export type PlanProblem =
  /** Something in the process is set to log what a sign-in is made of. */
  | "EVENT_LOGGING"
  /** CLAIMSEAL_MODE is set to something that is no mode. */
  | "MODE_UNKNOWN"
  /** There is none beside the bundle, or only a part of one. */
  | "PLAN_MISSING"
  | "ENV_MISSING"
  | "CLIENTS_OVERLAP"
  | "KEY_ALIAS"
  /** It has patterns, and nothing was given to match them with. */
  | "ENGINE_MISSING"
  /** It has custom sources whose functions were not given. */
  | "HOOK_MISSING"
  /** It chains a function, and nothing was given to ask it with. */
  | "CHAIN_MISSING"
  /** It chains the function it runs in. */
  | "CHAIN_CIRCULAR"
  /** It chains several functions, of which a pool can have had one: nobody can tell how tokens were. */
  | "CHAIN_SEVERAL";

/** Everything `claims/` throws. Switch on `code`; `message` names claims, sources and variables, never a value. */
export class ClaimsError extends Error {
  override readonly name = "ClaimsError";
  readonly code: ClaimsRefusal | FederationRefusal | PlanProblem;

  constructor(code: ClaimsRefusal | FederationRefusal | PlanProblem, message: string) {
    super(message);
    this.code = code;
  }
}
