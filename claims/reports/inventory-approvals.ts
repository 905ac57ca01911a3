import { isAtLeast, isTrustedAs } from "../language/lattice.ts";
import type { Approval, Class, Plan, Trust } from "../plan.ts";
import { type Destination, FIXED_IN_ID_TOKEN } from "./inventory-destinations.ts";
import type { Way } from "./inventory-reach.ts";

/** A value on its way to somebody. */
export type Passing = {
  /** The source it is read from; null for what Cognito or the caller hands over. */
  readonly source: string | null;
  readonly class: Class;
  readonly trust: Trust;
  readonly ways: readonly Way[];
  readonly destination: Destination;
};

/** What stands in an ID token whatever is said of its attributes. */
const UNSIGNED: readonly string[] = [...FIXED_IN_ID_TOKEN, "cognito:groups"];

/**
 * What somebody signed for, so that a value gets where it goes as it does.
 *
 * A plan does not say which set a profile takes a claim from. Where two sets have a claim of one name, and both are
 * signed for, both are given, each with its place.
 */
export function approvalsOf({ approvals }: Plan, passing: Passing): readonly Approval[] {
  const { destination, source, ways } = passing;
  const { profile, as, name } = destination;
  const at = (what: Approval["what"], ...path: readonly string[]): readonly Approval[] =>
    approvals.filter((each) => each.what === what && each.path.join("\0") === [...path, what].join("\0"));
  const sources = new Set([...(source === null ? [] : [source]), ...ways.flatMap(({ through }) => through)]);
  return [
    ...[...sources].flatMap((each) => at("keyDeclassify", "sources", each)),
    ...(as === "claim" && profile !== null && isDeclassified(passing)
      ? ofClaim(approvals, "declassify", profile, name)
      : []),
    ...(as === "claim" && profile !== null && isEndorsed(passing) ? ofClaim(approvals, "endorse", profile, name) : []),
    ...(as === "answer" && profile !== null ? at("selfServiceScopes", "profiles", profile) : []),
    ...(as === "cognito" && profile !== null && destination.token === "id" && !UNSIGNED.includes(name)
      ? at("idToken", "profiles", profile)
      : []),
    ...(profile === null ? approvals.filter(({ what }) => what === "untouched") : []),
  ];
}

/** A private value shows in the clear: by itself or by what it decides, and not by a key alone, which is signed for there. */
function isDeclassified({ class: how, ways, destination: { token, form } }: Passing): boolean {
  const shows = token === "access" && form === "clear" && isAtLeast(how, "pii");
  return shows && ways.some((way) => way.how !== "key");
}

/** What nobody would believe decides what is allowed. A tenant was found in a list, and needs no signature. */
function isEndorsed({ trust, ways, destination: { effect } }: Passing): boolean {
  const decides = effect === "grants" || effect === "restricts";
  return decides && !isTrustedAs(trust, "idp") && ways.some(({ how }) => how !== "tenant");
}

function ofClaim(
  approvals: readonly Approval[],
  what: Approval["what"],
  profile: string,
  claim: string,
): readonly Approval[] {
  const found = approvals.filter(
    ({ what: is, path: [part, owner, , name] }) =>
      is === what && name === claim && (part === "claimSets" || (part === "profiles" && owner === profile)),
  );
  const own = found.filter(({ path: [part] }) => part === "profiles");
  return own.length > 0 ? own : found;
}
