import { isDeepStrictEqual } from "node:util";
import type { ClaimMap } from "../../claims/claim-map.ts";
import type { Plan, PlanProfile } from "../../claims/plan.ts";
import type { Subject } from "../../cognito/subject.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import { visibleProfile } from "../../cognito/visible-profile.ts";
import { searchToken } from "../map-tests/token-search.ts";
import { writtenPath } from "../map-tests/written-path.ts";
import type { Diagnostic, Location, Scanned, Thief, Token } from "./messages.ts";
import { type PrivateValue, privateValues } from "./private-values.ts";
import type { PlayWorld } from "./world.ts";

/** Shorter texts are found in a token by chance: a map test's `nowhere` takes none of them either. */
const LEAST_BYTES = 8;

/** More than anybody reads; each costs some fifty searches through the token. */
const MOST_VALUES = 400;

/** What whoever holds the access token can read, and every private value that was looked for in it. */
export function whatIsStolen(
  map: ClaimMap | undefined,
  world: PlayWorld,
  profile: PlanProfile | null,
  subject: Subject,
  claims: TokenClaims,
  { claims: reads }: Token,
  locate: (where: PrivateValue["where"]) => Location,
): { readonly thief: Thief; readonly tooMany: number } {
  const values = privateValues(world, subject);
  const search = searchToken(claims);
  const found = new Map<string, Scanned["found"]>();
  const scan = values.slice(0, MOST_VALUES).map(({ path, class: how, text, where }): Scanned => {
    const isShort = Buffer.byteLength(text) < LEAST_BYTES;
    let hit = found.get(text);
    if (hit === undefined) {
      const place = isShort ? asWholeValue(reads, text) : search(text);
      hit = place ? { ...place, signedFor: isSignedFor(map, world.plan, profile, place.claim) } : null;
      found.set(text, hit);
    }
    return { path, class: how, how: isShort ? "short" : "encodings", found: hit, at: locate(where) };
  });
  const scopes = typeof claims["scope"] === "string" ? claims["scope"].split(" ") : [];
  const visible =
    subject.grant === "user" ? visibleProfile(scopes, subject.attributes) : { userInfo: null, getUser: null };
  return {
    thief: { reads, ...visible, scan, leaks: scan.filter(({ found: hit }) => hit && !hit.signedFor).length },
    tooMany: Math.max(0, values.length - MOST_VALUES),
  };
}

/** The claim that is this text or number, or holds it whole; what Cognito writes, but for groups, is like many a short text. */
function asWholeValue(
  claims: Token["claims"],
  text: string,
): { readonly claim: string; readonly encoding: string } | undefined {
  const holds = (value: unknown): boolean => {
    if (typeof value === "object" && value !== null) return Object.values(value).some(holds);
    return typeof value !== "boolean" && String(value) === text;
  };
  const claim = claims.find(
    ({ name, from, value }) => (from !== "cognito" || name === "cognito:groups") && holds(value),
  )?.name;
  return claim === undefined ? undefined : { claim, encoding: "raw" };
}

/** Whether somebody signed for what this claim shows, where it is written: in the profile, or in a set it uses. */
function isSignedFor(
  map: ClaimMap | undefined,
  { approvals }: Plan,
  profile: PlanProfile | null,
  claim: string | null,
): boolean {
  if (claim === null || profile === null || map === undefined) return false;
  const signed = [...writtenPath(map, ["profiles", profile.name, "claims", claim]), "declassify"];
  return approvals.some(({ what, path }) => what === "declassify" && isDeepStrictEqual(path, signed));
}

/** Says that not everything was looked for. */
export function tooManyValues(tooMany: number, at: Location): readonly Diagnostic[] {
  if (tooMany === 0) return [];
  const message = `${tooMany} private values more than the first ${MOST_VALUES} were not looked for in the token`;
  const remedy = "Keep the rows that matter here.";
  return [{ ...at, code: "PLAYGROUND", severity: "warning", message, remedy, flow: [] }];
}
