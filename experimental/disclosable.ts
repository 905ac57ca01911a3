import type { Plan, PlanClaim } from "../claims/plan.ts";
import { isReservedClaim } from "../cognito/reserved-claims.ts";
import { DIGEST_NAMES } from "../crypto/disclosure.ts";
import { type DisclosureCode, DisclosureError, type DisclosureProblem } from "./disclosure-error.ts";

/** The claim of an ID token that delivers its disclosures to the client. */
export const DISCLOSURES_CLAIM = "sd_disclosures";

/**
 * Lets pass only claims that their holder may show to one service and keep from another: the map sends them to the ID
 * token, so the client has them anyway; no access token has them; and nothing is gained by keeping them.
 *
 * @throws {DisclosureError} with every problem there is.
 */
export function refuseUndisclosable(plan: Plan, names: readonly string[]): void {
  const problems = [...ofPlan(plan), ...names.flatMap((name) => ofClaim(plan, name))];
  const [first, ...others] = problems;
  if (first !== undefined) throw new DisclosureError([first, ...others]);
}

function ofPlan({ events, profiles }: Plan): readonly DisclosureProblem[] {
  const taken = profiles.flatMap(({ name, claims }) =>
    claims
      .filter((claim) => [...DIGEST_NAMES, DISCLOSURES_CLAIM].includes(claim.name))
      .map((claim) =>
        problem("DISCLOSURE_TAKEN", name, claim.name, "has the name of what disclosures need: rename it in the map"),
      ),
  );
  if (events !== "V1") return taken;
  const message = "the map is for V1 events, and their access tokens cannot change: disclosures need V2 or V3";
  return [{ code: "DISCLOSURE_EVENTS", profile: null, claim: null, message }, ...taken];
}

function ofClaim({ profiles }: Plan, name: string): readonly DisclosureProblem[] {
  const places = profiles.flatMap((profile) =>
    profile.claims.filter((claim) => claim.name === name).map((claim) => ({ profile, claim })),
  );
  const reserved = isReservedClaim("access", name) || name === "cmv" || name.startsWith("sealed_");
  return [
    ...(reserved
      ? [problem("DISCLOSURE_RESERVED", null, name, "has a name that no access token may have from a map")]
      : []),
    ...(places.length === 0 ? [problem("DISCLOSURE_UNKNOWN", null, name, "is a claim of no profile")] : []),
    ...places.flatMap(({ profile, claim }) =>
      profile.grants.includes("user")
        ? ofPlace(profile.name, claim)
        : [problem("DISCLOSURE_MACHINE", profile.name, name, "is a machine's, and machines have no ID token")],
    ),
  ];
}

/** The rules for one claim of one profile, each with what it says where it is broken. */
const RULES: readonly (readonly [DisclosureCode, (claim: PlanClaim) => boolean, string])[] = [
  [
    "DISCLOSURE_SEALED",
    ({ sealFor }) => sealFor.length === 0,
    "is sealed for a resource server: take it out of sealFor, or leave it sealed",
  ],
  [
    "DISCLOSURE_DESTINATION",
    ({ to }) => to.length === 1 && to[0] === "id",
    "must go to the ID token and nowhere else: `to: [id]`",
  ],
  [
    "DISCLOSURE_RESTRICTS",
    ({ effect }) => effect !== "restricts",
    "restricts, and who keeps it to themselves would have more: put it into the access token in the clear",
  ],
  ["DISCLOSURE_SENSITIVE", (claim) => claim.class !== "sensitive", "is sensitive, and no client may have it: seal it"],
];

function ofPlace(profile: string, claim: PlanClaim): readonly DisclosureProblem[] {
  return RULES.filter(([, holds]) => !holds(claim)).map(([code, , says]) => problem(code, profile, claim.name, says));
}

function problem(code: DisclosureCode, profile: string | null, claim: string, says: string): DisclosureProblem {
  const where = profile === null ? "" : ` of profile "${profile}"`;
  return { code, profile, claim, message: `claim "${claim}"${where} ${says}` };
}
