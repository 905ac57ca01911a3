import { ADMIN_SCOPE } from "./standard-attributes.ts";

/** What the bearer of an access token can ask Cognito for: attribute names, or null where it is refused. */
export type VisibleProfile = {
  /** Of `/oauth2/userInfo`. */
  readonly userInfo: readonly string[] | null;
  /** Of `GetUser`, which comes with the right to change them. */
  readonly getUser: readonly string[] | null;
};

/**
 * The attributes each standard scope opens. AWS's pages differ on `profile`: all readable attributes in one place, the
 * OIDC profile claims and the custom ones in another; the wider reading holds here. Assumed: profile-shows-all.
 * Source: Amazon Cognito developer guide, "Scopes, M2M, and resource servers" and "The user attributes endpoint".
 */
const OPENED: ReadonlyMap<string, readonly string[] | "all"> = new Map<string, readonly string[] | "all">([
  ["profile", "all"],
  ["email", ["email", "email_verified"]],
  ["phone", ["phone_number", "phone_number_verified"]],
]);

/**
 * What userInfo and GetUser would show to whoever holds an access token with these scopes, of a person with these
 * attributes. Suppressed claims are no protection here: only the scopes decide.
 */
export function visibleProfile(
  scopes: readonly string[],
  attributes: { readonly keys: () => Iterable<string> },
): VisibleProfile {
  const names = [...attributes.keys()].filter(isProfileAttribute);
  const opened = openedBy(scopes);
  return {
    userInfo: scopes.includes("openid") ? names.filter(opened) : null,
    // Every attribute is taken to be readable by the client. Assumed: readable-attributes.
    getUser: scopes.includes(ADMIN_SCOPE) ? names : null,
  };
}

/**
 * Whether a sign-in with these scopes puts an attribute into the ID token; null when it brings no ID token at all.
 * Source: Amazon Cognito developer guide, "Authorize endpoint" (an ID token needs `openid`) and "Scopes, M2M, and
 * resource servers".
 */
export function idTokenShows(scopes: readonly string[]): ((name: string) => boolean) | null {
  // With `openid` beside it the admin scope widens nothing. Assumed: admin-beside-openid.
  if (scopes.includes("openid")) return openedBy(scopes);
  return isApiSignIn(scopes) ? () => true : null;
}

/** A sign-in through the user pools API brings the admin scope and nothing else; managed login has `openid` as well. */
export function isApiSignIn(scopes: readonly string[]): boolean {
  return scopes.includes(ADMIN_SCOPE) && !scopes.includes("openid");
}

/** Attributes that Cognito keeps beside the profile (status, aliases) are in the event alone. Assumed: hidden-attributes. */
export function isProfileAttribute(name: string): boolean {
  return !name.startsWith("cognito:");
}

/** `openid` with no other standard scope opens everything. Custom scopes do not narrow it. Assumed: openid-alone. */
function openedBy(scopes: readonly string[]): (name: string) => boolean {
  const opened = scopes.flatMap((scope) => OPENED.get(scope) ?? []);
  if (opened.length === 0 || opened.includes("all")) return () => true;
  return (name) => name === "sub" || opened.includes(name);
}
