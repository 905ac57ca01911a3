import { ClaimsError, type ClaimsRefusal } from "../claims/claims-error.ts";
import { CognitoError, type CognitoErrorCode } from "../cognito/cognito-error.ts";

/** Every code a token is refused with. Closed: a map's own `refuse` codes will come with `MAP_` in front. */
export type RefusalCode =
  | ClaimsRefusal
  | CognitoErrorCode
  | "POOL_FOREIGN"
  | "SEAL_UNAVAILABLE"
  | "TOKEN_OVERSIZE"
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
export const REFUSAL_TEXTS: { readonly [code in RefusalCode]: string } = {
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

/** A refused token. `message` is the fixed text people see; there is no cause, because a cause may hold data. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  /** For operators: which claim, source or field. Names only, by the rule all our errors follow; empty when unknown. */
  readonly detail: string;

  constructor(code: RefusalCode, detail = "") {
    super(`${REFUSAL_TEXTS[code]} (${code})`);
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Turns whatever was thrown into a refusal. Errors of our own rooms keep their code and their text, which names parts
 * of the map and nothing else; everything else is `INTERNAL`, and nothing of it is left.
 */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  const ours = thrown instanceof ClaimsError || thrown instanceof CognitoError;
  return ours && isRefusalCode(thrown.code) ? new Refusal(thrown.code, thrown.message) : new Refusal("INTERNAL");
}

function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSAL_TEXTS, code);
}
