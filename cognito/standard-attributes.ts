/**
 * The OIDC standard attributes a user pool can hold, all of which Cognito may write into an ID token.
 * Source: Amazon Cognito developer guide, "Working with user attributes"; OpenID Connect Core 1.0, section 5.1.
 */
export const STANDARD_ATTRIBUTES: readonly string[] = [
  "address",
  "birthdate",
  "email",
  "email_verified",
  "family_name",
  "gender",
  "given_name",
  "locale",
  "middle_name",
  "name",
  "nickname",
  "phone_number",
  "phone_number_verified",
  "picture",
  "preferred_username",
  "profile",
  "updated_at",
  "website",
  "zoneinfo",
];

/** Attributes that events carry as the text `"true"` or `"false"` and ID tokens as booleans. */
export const VERIFIED_FLAGS: readonly string[] = ["email_verified", "phone_number_verified"];

/**
 * ID token claims that take neither objects nor arrays from a trigger.
 * Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger".
 */
export const PLAIN_ID_CLAIMS: readonly string[] = ["address", "email_verified", "phone_number_verified", "updated_at"];

/** The scope of every sign-in through the user pools API; its bearer may read and change the whole profile. */
export const ADMIN_SCOPE = "aws.cognito.signin.user.admin";

/**
 * Scopes that let whoever bears the access token fetch the person's profile from Cognito, or change it.
 * Source: Amazon Cognito developer guide, "Scopes, M2M, and resource servers".
 */
export const SELF_SERVICE_SCOPES: readonly string[] = ["openid", "profile", "email", "phone", ADMIN_SCOPE];

/**
 * Event attributes that are personal whatever a claim map says of them: the standard ones, what an identity provider
 * knows the person by, and the sign-in aliases that events carry and the pool's schema does not show.
 */
export const PERSONAL_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...STANDARD_ATTRIBUTES,
  "identities",
  "cognito:email_alias",
  "cognito:phone_number_alias",
]);
