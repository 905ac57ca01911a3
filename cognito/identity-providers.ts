/** Kinds of identity providers, by the names events and CloudFormation have for them. */
export type ProviderType = "OIDC" | "SAML" | "Facebook" | "Google" | "SignInWithApple" | "LoginWithAmazon";

/**
 * The claim that the username in the pool is made from, by the kind of provider; of SAML it is the NameID, which is no
 * attribute.
 * Source: Amazon Cognito developer guide, "Mapping IdP attributes to profiles and tokens".
 */
export const USERNAME_CLAIMS: { readonly [type in ProviderType]: string | null } = {
  OIDC: "sub",
  SAML: null,
  Facebook: "id",
  Google: "sub",
  SignInWithApple: "sub",
  LoginWithAmazon: "user_id",
};

/**
 * The most characters of an attribute's value. With a longer one Cognito reports an error in place of a sign-in.
 * Source: as above.
 */
export const LONGEST_ATTRIBUTE = 2048;
