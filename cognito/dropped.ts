import type { ClaimRule, TokenKind } from "./reserved-claims.ts";

/** Something in a response that Cognito would not apply. `name` is a claim, a scope or a member of the response. */
export type Dropped = { readonly token: TokenKind; readonly name: string; readonly reason: string };

/** Why something was not applied: the rule of a claim's name, or one of the response's own. */
export type DropReason =
  | Exclude<ClaimRule, "free">
  | "suppressed"
  | "undocumented"
  | "plain"
  | "no-id-token"
  | "machine-id-token"
  | "machine-groups"
  | "not-invoked"
  | "other-version"
  | "unknown";

/** Every reason in words. */
export const DROP_REASONS: { readonly [reason in DropReason]: string } = {
  fixed: "Cognito alone writes this claim; no trigger can add, change or suppress it",
  "suppress-only": "this claim can be suppressed, never written",
  groups: "groups and roles change through groupOverrideDetails alone, and are suppressed by naming cognito:groups",
  scopes: "the scope claim changes through scopesToAdd and scopesToSuppress alone",
  "client-id": "aud takes no value but the app client's id",
  assumed: "Cognito keeps this name for the other token; it is taken to be reserved in both",
  suppressed: "it is added and suppressed at once, and suppression wins",
  undocumented: "null, and lists of anything but text, numbers and booleans, are not documented as claim values",
  plain: "this claim of the ID token takes neither an object nor a list",
  "no-id-token": "this sign-in brings no ID token: it has no openid scope",
  "machine-id-token": "a machine gets no ID token",
  "machine-groups": "a machine has no groups",
  "not-invoked": "the trigger is not asked about machines below V3; their tokens are issued as they are",
  "other-version": "a response in the shape of another event version is ignored",
  unknown: "Cognito knows no such member here and ignores it",
};

/** The text for one reason. */
export function dropped(token: TokenKind, name: string, reason: DropReason): Dropped {
  return { token, name, reason: DROP_REASONS[reason] };
}
