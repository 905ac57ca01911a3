/** Every code a token is refused with. Closed: a map's own `refuse` codes will come with `MAP_` in front. */
export type RefusalCode =
  | "EVENT_VERSION"
  | "EVENT_MALFORMED"
  | "POOL_FOREIGN"
  | "PROFILE_NONE"
  | "SOURCE_MISSING"
  | "SOURCE_UNAVAILABLE"
  | "SOURCE_INVALID"
  | "CLAIM_REQUIRED"
  | "CLAIM_RESTRICTS_UNKNOWN"
  | "USERNAME_PERSONAL"
  | "SEAL_UNAVAILABLE"
  | "TOKEN_OVERSIZE"
  | "SCOPES_EMPTY"
  | "PLAN_MISMATCH"
  | "DEADLINE"
  | "INTERNAL";

const TRY_AGAIN = "Sign-in is not possible right now. Please try again later";
const NOT_SET_UP = "This account is not set up for this application. Please contact your administrator";
const OUT_OF_ORDER = "Sign-in is out of order. Please contact the operator";

/**
 * What people read. Cognito shows the text in the sign-in page and in redirect URLs, and ends it with a full stop of
 * its own; so: fixed, neutral, a code, and nothing of what was asked or found.
 */
const TEXTS: { readonly [code in RefusalCode]: string } = {
  EVENT_VERSION: OUT_OF_ORDER,
  EVENT_MALFORMED: OUT_OF_ORDER,
  POOL_FOREIGN: OUT_OF_ORDER,
  PROFILE_NONE: NOT_SET_UP,
  SOURCE_MISSING: NOT_SET_UP,
  SOURCE_UNAVAILABLE: TRY_AGAIN,
  SOURCE_INVALID: NOT_SET_UP,
  CLAIM_REQUIRED: NOT_SET_UP,
  CLAIM_RESTRICTS_UNKNOWN: NOT_SET_UP,
  USERNAME_PERSONAL: NOT_SET_UP,
  SEAL_UNAVAILABLE: TRY_AGAIN,
  TOKEN_OVERSIZE: NOT_SET_UP,
  SCOPES_EMPTY: NOT_SET_UP,
  PLAN_MISMATCH: OUT_OF_ORDER,
  DEADLINE: TRY_AGAIN,
  INTERNAL: OUT_OF_ORDER,
};

/** A refused token. `message` is the fixed text people see; it has no cause, because a cause may hold data. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(`${TEXTS[code]} (${code})`);
    this.code = code;
  }
}

/**
 * Turns whatever was thrown into a refusal. Errors of our own rooms keep their code where it is one of the refusal
 * codes; everything else is `INTERNAL`, and its text is gone.
 */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  const code: unknown = typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
  return new Refusal(typeof code === "string" && isRefusalCode(code) ? code : "INTERNAL");
}

function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(TEXTS, code);
}
