/** Codes that refuse a token; each is one of the trigger's refusal codes. */
export type ClaimsRefusal =
  | "EVENT_VERSION"
  | "PROFILE_NONE"
  | "SOURCE_MISSING"
  | "SOURCE_UNAVAILABLE"
  | "SOURCE_INVALID"
  | "CLAIM_REQUIRED"
  | "CLAIM_RESTRICTS_UNKNOWN"
  | "USERNAME_PERSONAL"
  | "SCOPES_EMPTY";

/** Codes of a plan that cannot be started. */
export type PlanProblem = "ENV_MISSING" | "CLIENTS_OVERLAP" | "KEY_ALIAS";

/** Everything `claims/` throws. Switch on `code`; `message` names claims, sources and variables, never a value. */
export class ClaimsError extends Error {
  override readonly name = "ClaimsError";
  readonly code: ClaimsRefusal | PlanProblem;

  constructor(code: ClaimsRefusal | PlanProblem, message: string) {
    super(message);
    this.code = code;
  }
}
