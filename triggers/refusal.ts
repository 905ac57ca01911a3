import { ClaimsError, type ClaimsRefusal, type FederationRefusal } from "../claims/claims-error.ts";
import { CognitoError, type CognitoErrorCode } from "../cognito/cognito-error.ts";

/** A code of a map's own, from `refuse`. */
type MapCode = Extract<ClaimsRefusal, `MAP_${string}`>;

/**
 * Every code a token, or somebody from an identity provider, is refused with. Closed but for a map's own codes, which all
 * begin with `MAP_`.
 */
export type RefusalCode =
  | ClaimsRefusal
  | FederationRefusal
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
export const REFUSAL_TEXTS: { readonly [code in Exclude<RefusalCode, MapCode>]: string } = {
  EVENT_VERSION: OUT_OF_ORDER,
  EVENT_MALFORMED: OUT_OF_ORDER,
  POOL_FOREIGN: OUT_OF_ORDER,
  PROFILE_NONE: NOT_SET_UP,
  SOURCE_MISSING: NOT_SET_UP,
  SOURCE_UNAVAILABLE: TRY_AGAIN,
  SOURCE_INVALID: NOT_SET_UP,
  TENANT_REFUSED: NOT_SET_UP,
  PARTITION_UNKNOWN: NOT_SET_UP,
  CLAIM_REQUIRED: NOT_SET_UP,
  CLAIM_RESTRICTS_UNKNOWN: NOT_SET_UP,
  USERNAME_PERSONAL: NOT_SET_UP,
  SEAL_UNAVAILABLE: TRY_AGAIN,
  TOKEN_OVERSIZE: NOT_SET_UP,
  SCOPES_EMPTY: NOT_SET_UP,
  PROVIDER_NONE: NOT_SET_UP,
  ATTRIBUTE_REQUIRED: NOT_SET_UP,
  ATTRIBUTES_NONE: NOT_SET_UP,
  PLAN_MISMATCH: OUT_OF_ORDER,
  DEADLINE: TRY_AGAIN,
  INTERNAL: OUT_OF_ORDER,
};

/** What people read under every code of a map's own: the code alone says which rule it was. */
export const MAP_REFUSAL_TEXT = "This account cannot sign in to this application. Please contact your administrator";

/** The whole text people see, but for Cognito's own words around it. */
export function refusalText(code: RefusalCode, text: string = textOf(code)): string {
  return `${text} (${code})`;
}

function textOf(code: RefusalCode): string {
  return isMapCode(code) ? MAP_REFUSAL_TEXT : REFUSAL_TEXTS[code];
}

/**
 * A refused token. `message` is the fixed text people see, ours or the owner's own; there is no cause, because a cause
 * may hold data.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  /** For operators: which claim, source or field. Names only, by the rule all our errors follow; empty when unknown. */
  readonly detail: string;

  constructor(code: RefusalCode, detail = "", text?: string) {
    super(refusalText(code, text));
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

/** Whether a text is one of the codes, a map's own included. */
export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSAL_TEXTS, code) || isMapCode(code);
}

/** A map's codes are held to this form by the check; what has another form is none and could carry anything. */
function isMapCode(code: string): code is MapCode {
  return /^MAP_[A-Z][A-Z0-9_]{0,39}$/.test(code);
}
