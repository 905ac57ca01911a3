/** What is wrong with a claim that is to be disclosed by its holder. */
export type DisclosureCode =
  /** V1 events: access tokens cannot change. */
  | "DISCLOSURE_EVENTS"
  /** No profile of the map has the claim. */
  | "DISCLOSURE_UNKNOWN"
  /** A profile for machines alone has it: they have no ID token to deliver disclosures in. */
  | "DISCLOSURE_MACHINE"
  /** The map does not send it to the ID token, or sends it to the access token as well. */
  | "DISCLOSURE_DESTINATION"
  /** It is sealed for a resource server: its readers would be the holder's choice all the same. */
  | "DISCLOSURE_SEALED"
  /** It restricts: who may keep it to themselves has more by keeping it. */
  | "DISCLOSURE_RESTRICTS"
  /** It is `sensitive`, and no client may have it. */
  | "DISCLOSURE_SENSITIVE"
  /** Cognito, claimseal or RFC 9901 give its name a meaning of their own. */
  | "DISCLOSURE_RESERVED"
  /** The map has a claim where the digests or the disclosures are to go. */
  | "DISCLOSURE_TAKEN";

/** One of them; `claim` is null where it is about the whole map. */
export type DisclosureProblem = {
  readonly code: DisclosureCode;
  readonly profile: string | null;
  readonly claim: string | null;
  readonly message: string;
};

/** Everything that is wrong, at once. `code` is the first one's. Messages name claims and profiles, never a value. */
export class DisclosureError extends Error {
  override readonly name = "DisclosureError";
  readonly code: DisclosureCode;
  readonly problems: readonly DisclosureProblem[];

  constructor(problems: readonly [DisclosureProblem, ...DisclosureProblem[]]) {
    super(problems.map(({ message }) => message).join("\n"));
    this.code = problems[0].code;
    this.problems = problems;
  }
}
