import type { OpenerCode } from "../../resource-server/opener-error.ts";

/** A way in which a test token can be bad. */
export type Flaw =
  | "expired"
  | "not-yet-issued"
  | "foreign-signature"
  | "foreign-pool"
  | "foreign-client"
  | "id-token"
  | "without-scopes"
  | "ungoverned"
  | "foreign-map"
  | "without-envelope"
  | "malformed-envelope"
  | "broken-envelope"
  | "swapped-envelope"
  | "stale-envelope";

/** The code that an opener refuses each with. */
export const FLAWS: { readonly [flaw in Flaw]: OpenerCode } = {
  expired: "TOKEN_INVALID",
  "not-yet-issued": "TOKEN_INVALID",
  "foreign-signature": "TOKEN_INVALID",
  "foreign-pool": "TOKEN_INVALID",
  /** Where the opener names its clients. */
  "foreign-client": "TOKEN_INVALID",
  "id-token": "TOKEN_USE",
  /** Where the opener asks for one. */
  "without-scopes": "SCOPE_MISSING",
  /** As from a pool whose trigger was taken off; where the opener names a map. */
  ungoverned: "TOKEN_UNGOVERNED",
  "foreign-map": "TOKEN_UNGOVERNED",
  "without-envelope": "SEALED_ABSENT",
  "malformed-envelope": "SEALED_MALFORMED",
  "broken-envelope": "SEALED_INTEGRITY",
  /** Taken from another person's token. */
  "swapped-envelope": "SEALED_BINDING",
  /** Taken from the same person's token of the day before. */
  "stale-envelope": "SEALED_BINDING",
};

/** Direct encryption has the subject in the context, so a swapped one does not even decrypt. */
export function codeOf(flaw: Flaw, mode: "envelope" | "asymmetric" | "direct" = "envelope"): OpenerCode {
  return mode === "direct" && flaw === "swapped-envelope" ? "SEALED_INTEGRITY" : FLAWS[flaw];
}
