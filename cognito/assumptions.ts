/** Something AWS does not say, or says in two ways, and what would be different if it is otherwise. */
export type Assumption = {
  /** As the code that rests on it names it. */
  readonly id: string;
  readonly assumption: string;
  readonly consequence: string;
};

/**
 * Everything `cognito/` takes for granted without a page of AWS to cite. None of it was tried on a user pool of AWS;
 * whoever does try can settle an entry here and in the code that names it.
 */
export const ASSUMPTIONS: readonly Assumption[] = [
  {
    id: "admin-beside-openid",
    assumption: "With openid among the scopes, aws.cognito.signin.user.admin adds no attribute to the ID token.",
    consequence: "A sign-in with openid, email and the admin scope would show more in its ID token than simulated.",
  },
  {
    id: "any-scope",
    assumption: "A trigger may add scopes that no resource server declares and that nobody asked for.",
    consequence: "A scope that is shown as added would be missing from the token.",
  },
  {
    id: "blank-scope-refused",
    assumption: "An added scope that is empty or has a blank in it makes the answer unusable.",
    consequence: "The token would be issued, with the scope left out or split in two.",
  },
  {
    id: "claim-limit",
    assumption: "Above 5,000 claims and scopes the sign-in fails; claims count at the top level of each token only.",
    consequence: "The limit would be met earlier or later, with another text.",
  },
  {
    id: "empty-groups",
    assumption: "A person without groups or roles has no claim for them, rather than an empty list.",
    consequence: "Tokens would hold empty lists.",
  },
  {
    id: "empty-list-is-nothing",
    assumption: "An empty list in place of an object means nothing is asked for, as in AWS's console samples.",
    consequence: "Such an answer would fail the sign-in.",
  },
  {
    id: "exact-names",
    assumption: "Claim names and scopes are compared as they are written.",
    consequence:
      "A reserved name in other letter case would be dropped, or a suppression in other letter case would work.",
  },
  {
    id: "failure-texts",
    assumption: "The texts of a failing trigger are those seen for this and for neighbouring triggers.",
    consequence: "The refusal would read differently; whether there is one would not change.",
  },
  {
    id: "group-parts",
    assumption: "A group override replaces groups, roles and preferred role together; parts left out are gone.",
    consequence: "Roles would stay where only the groups are overridden. Our own responses name all parts.",
  },
  {
    id: "hidden-attributes",
    assumption: "Attributes whose names start with cognito: are in the event alone, in no ID token and no profile.",
    consequence: "The ID token, userInfo or GetUser would show a person's status or sign-in alias as well.",
  },
  {
    id: "machine-members-ignored",
    assumption: "An ID token section or a group override sent for a machine has no effect.",
    consequence: "The token request would fail. Our own responses hold neither.",
  },
  {
    id: "machine-token",
    assumption: "A machine's token has the client id as its sub and no username; public tokens of 2025 look so.",
    consequence: "Envelopes bound to the sub of a machine would not open.",
  },
  {
    id: "no-scope-claim",
    assumption: "A token left without any scope has no scope claim.",
    consequence: "The claim would be there and empty.",
  },
  {
    id: "odd-types-refuse",
    assumption: "A member of a wrong type makes the whole answer unusable.",
    consequence: "Cognito would leave out that member, or the whole response, and issue tokens.",
  },
  {
    id: "openid-alone",
    assumption: "Custom scopes beside openid do not narrow what openid shows; email, phone and profile do.",
    consequence: "The ID token and userInfo would show less than simulated.",
  },
  {
    id: "other-version-ignored",
    assumption: "A response in the shape of another event version is ignored without an error.",
    consequence: "The sign-in would fail, and nobody would get an unprotected token.",
  },
  {
    id: "plain-json",
    assumption:
      "Tokens are JSON without escaped slashes, as public ones are since 2026; older ones escaped each slash.",
    consequence: "A token would be larger than measured, by four thirds of a byte for each slash.",
  },
  {
    id: "profile-shows-all",
    assumption: "The profile scope opens every readable attribute; one of AWS's pages names fewer.",
    consequence: "The ID token and userInfo would show less than simulated.",
  },
  {
    id: "readable-attributes",
    assumption: "The client may read every attribute that is in the event.",
    consequence: "The ID token and the profile would show less than simulated.",
  },
  {
    id: "reserved-dropped",
    assumption: "A reserved claim in a response is left out without an error, aud with another value too.",
    consequence: "The sign-in would fail. Our own responses hold none: the check of a claim map sees to it.",
  },
  {
    id: "reserved-in-both",
    assumption: "Names that AWS reserves in one token cannot be written in the other either.",
    consequence: "A claim shown as dropped would be in the token.",
  },
  {
    id: "roles-of-groups",
    assumption: "Nothing in an event tells which role belongs to which group, the order of the two lists included.",
    consequence: "A filter of groups takes more roles away than it would have to.",
  },
  {
    id: "scope-suppression-wins",
    assumption: "A scope that is added and suppressed at once is suppressed, as is documented for claims.",
    consequence: "The scope would be in the token.",
  },
  {
    id: "strangers-ignored",
    assumption: "Members of a response that Cognito does not know are ignored.",
    consequence: "The sign-in would fail.",
  },
  {
    id: "text-attributes",
    assumption: "In the ID token attributes are text, but for the two verified flags, the address and the identities.",
    consequence: "updated_at would be a number.",
  },
  {
    id: "undocumented-values",
    assumption: "Null, lists of lists or of objects, and objects that hold any of these are left out.",
    consequence: "The claim would be in the token, or the sign-in would fail.",
  },
  {
    id: "v1-scopes",
    assumption: "A V1 event, which names no scopes, is taken for an API sign-in unless the caller says otherwise.",
    consequence: "After managed login the ID token would show what its scopes open, and the scope claim would differ.",
  },
  {
    id: "v1-text-only",
    assumption: "A claim that is not text makes a V1 answer unusable, as users report of lists.",
    consequence: "Cognito would leave the claim out and issue the token.",
  },
  {
    id: "version-claim",
    assumption:
      "Access tokens of the user pools API have no version claim; those of the token endpoint have version 2.",
    consequence: "One claim more or less in an access token.",
  },
  {
    id: "whole-event",
    assumption: "An answer that lacks a top-level part of the event is unusable, as seen with neighbouring triggers.",
    consequence: "Cognito would take the response and overlook the rest.",
  },
];
