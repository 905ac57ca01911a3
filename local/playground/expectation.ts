import type { Expectation } from "../../claims/shape/map-test-shape.ts";
import type { JsonValue } from "../../cognito/json.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import { refusalCodes } from "../map-tests/map-names.ts";
import type { Scanned, Token } from "./messages.ts";
import { privateValues } from "./private-values.ts";
import type { PlayedRun } from "./run.ts";
import type { PlayWorld } from "./world.ts";

/** Of texts that are nowhere, as many as a reviewer reads. */
const MOST_NOWHERE = 12;

/** What a map test would expect, where it is to expect what this run gave; null where no test can say it. */
export function expectationOf({ answer, world, issuing, profile }: PlayedRun): Expectation | null {
  if (world === null || issuing === null) return null;
  const { issue } = issuing;
  if (issue.refused)
    return refusalCodes(world.plan).includes(issue.refused.code) ? { refused: issue.refused.code } : null;
  const { accessToken, idToken, removed } = answer;
  const absentFrom = (token: "access" | "id", shown: Token | null): readonly string[] =>
    (profile?.claims ?? [])
      .filter(({ name, to }) => to.includes(token) && !shown?.claims.some((each) => each.name === name))
      .map(({ name }) => name);
  const absent = { access: absentFrom("access", accessToken), id: idToken ? absentFrom("id", idToken) : [] };
  const nowhere = textsNowhere(answer.thief?.scan ?? [], world, issuing.issue);
  return {
    ...(profile && { profile: profile.name }),
    ...filled("access", stated(accessToken)),
    ...filled("id", stated(idToken)),
    ...(absent.access.length + absent.id.length > 0 && { absent }),
    ...(Object.values(world.plan.resourceServers).some(({ seal }) => seal) && { opened: issue.opened }),
    ...(removed && { scopes: { added: removed.scopesAdded, removed: removed.scopesRemoved } }),
    ...(nowhere.length > 0 && { nowhere: { access: nowhere, id: [] } }),
  };
}

/** The claims of a token that a map decides on; the revision changes with each of its changes. */
function stated(token: Token | null): Record<string, JsonValue> {
  const said = (token?.claims ?? []).filter(
    ({ name, from }) => (from === "map" && name !== "cmv") || from === "attribute",
  );
  return Object.fromEntries(said.map(({ name, value }) => [name, value as JsonValue]));
}

function filled(token: "access" | "id", claims: Record<string, JsonValue>): Expectation {
  return Object.keys(claims).length === 0 ? {} : { [token]: claims };
}

/** Private texts that were looked for and are not there: what was sealed, then what the person's event says. */
function textsNowhere(
  scan: readonly Scanned[],
  world: PlayWorld,
  issue: NonNullable<PlayedRun["issuing"]>["issue"],
): readonly string[] {
  if (issue.refused) return [];
  const sealed = new Set(Object.values(issue.opened).flatMap((claims) => Object.values(claims)));
  // In the order in which they were looked for; what came after the last of them was not.
  const clean = privateValues(world, readSubject(world.events[0])).filter((_, index) => {
    const looked = scan[index];
    return looked?.how === "encodings" && looked.found === null;
  });
  const inEnvelopes = clean.filter(({ text }) => sealed.has(text));
  const inEvent = clean.filter(({ where }) => where.text === "event");
  return [...new Set([...inEnvelopes, ...inEvent].map(({ text }) => text))].slice(0, MOST_NOWHERE);
}
