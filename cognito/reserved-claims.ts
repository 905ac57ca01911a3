/** The two tokens a trigger can change. */
export type TokenKind = "id" | "access";

/**
 * What a trigger may do with a claim of one token.
 * - `free`: add, change and suppress it.
 * - `fixed`: nothing. Cognito alone writes it.
 * - `suppress-only`: leave it out, never write it.
 * - `groups`: change it by `groupOverrideDetails`, leave it out by suppressing `cognito:groups`; never write it.
 * - `scopes`: change it by `scopesToAdd` and `scopesToSuppress` alone.
 * - `client-id`: add it, with the app client's id as its only value.
 * - `assumed`: AWS lists the name for the other token only. Held to be fixed here as well: a second meaning of a
 *   standard name helps nobody, and what Cognito does with it is not documented. Assumed: reserved-in-both.
 */
export type ClaimRule = "free" | "fixed" | "suppress-only" | "groups" | "scopes" | "client-id" | "assumed";

/** The rules of one claim name, or of every name that starts with `family`. */
export type ReservedClaim = ({ readonly name: string } | { readonly family: string }) & {
  readonly [token in TokenKind]: Exclude<ClaimRule, "free">;
};

/** When `RESERVED_CLAIMS` was last compared with its sources. AWS adds to the list from time to time. */
export const RESERVED_CLAIMS_READ_ON = "2026-11-22";

/** Where the rules come from: Amazon Cognito developer guide. */
export const RESERVED_CLAIMS_SOURCES: readonly string[] = [
  "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html",
  "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html",
  "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html",
];

/** Every name Cognito keeps for itself, in either token. Exact names come before the families that cover them. */
export const RESERVED_CLAIMS: readonly ReservedClaim[] = [
  { name: "acr", id: "fixed", access: "fixed" },
  { name: "amr", id: "fixed", access: "fixed" },
  { name: "at_hash", id: "fixed", access: "assumed" },
  { name: "aud", id: "fixed", access: "client-id" },
  { name: "auth_time", id: "fixed", access: "fixed" },
  { name: "azp", id: "fixed", access: "fixed" },
  { name: "client_id", id: "assumed", access: "fixed" },
  { name: "device_key", id: "assumed", access: "fixed" },
  { name: "event_id", id: "assumed", access: "fixed" },
  { name: "exp", id: "fixed", access: "fixed" },
  { name: "iat", id: "fixed", access: "fixed" },
  { name: "identities", id: "fixed", access: "assumed" },
  { name: "iss", id: "fixed", access: "fixed" },
  { name: "jti", id: "fixed", access: "fixed" },
  { name: "nbf", id: "fixed", access: "fixed" },
  { name: "nonce", id: "fixed", access: "fixed" },
  { name: "origin_jti", id: "fixed", access: "fixed" },
  { name: "scope", id: "assumed", access: "scopes" },
  { name: "sub", id: "fixed", access: "fixed" },
  { name: "token_use", id: "fixed", access: "fixed" },
  { name: "username", id: "assumed", access: "fixed" },
  { name: "version", id: "assumed", access: "fixed" },
  { name: "cognito:groups", id: "groups", access: "groups" },
  { name: "cognito:preferred_role", id: "groups", access: "fixed" },
  { name: "cognito:roles", id: "groups", access: "fixed" },
  { name: "cognito:username", id: "fixed", access: "assumed" },
  { family: "cognito:", id: "fixed", access: "fixed" },
  { family: "dev:", id: "suppress-only", access: "assumed" },
];

/** The claims a person's groups make; they come and go together. */
export const GROUP_CLAIMS: readonly string[] = ["cognito:groups", "cognito:roles", "cognito:preferred_role"];

/** The same to look up by: every sign-in asks of some sixty names. */
const BY_NAME: ReadonlyMap<string, ReservedClaim> = new Map(
  RESERVED_CLAIMS.flatMap((one) => ("name" in one ? [[one.name, one] as const] : [])),
);
const FAMILIES = RESERVED_CLAIMS.flatMap((one) => ("family" in one ? [one] : []));

/** What Cognito lets a trigger do with `name` in `token`. Names are compared as they are, as Cognito is taken to do. */
export function claimRule(token: TokenKind, name: string): ClaimRule {
  const entry = BY_NAME.get(name) ?? FAMILIES.find(({ family }) => name.startsWith(family));
  return entry === undefined ? "free" : entry[token];
}

const SUPPRESSIBLE: ReadonlySet<ClaimRule> = new Set(["free", "suppress-only", "client-id"]);

/** Whether Cognito leaves `name` out of `token` when the trigger lists it in `claimsToSuppress`. */
export function canSuppress(token: TokenKind, name: string): boolean {
  return name === "cognito:groups" || SUPPRESSIBLE.has(claimRule(token, name));
}

/**
 * Whether a claim map must leave `name` alone in `token`: Cognito keeps it, or it reads like a name Cognito keeps.
 * `Sub`, `ｓｕｂ` and `su<zero-width space>b` all count as `sub`, so no consumer that folds names can be misled.
 */
export function isReservedClaim(token: TokenKind, name: string): boolean {
  return claimRule(token, foldClaimName(name)) !== "free";
}

/**
 * The form in which two claim names count as the same: compatibility forms unified, case folded, invisible characters
 * gone. Close to NFKC_Casefold (Unicode Standard, section 3.13): upper case expands what folding expands (`ß`), and
 * lower case first brings the letters that upper case leaves alone (`ẞ`) to it.
 */
export function foldClaimName(name: string): string {
  return name
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .normalize("NFKC")
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKC");
}
