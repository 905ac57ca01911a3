import type { Expectation } from "../../claims/shape/map-test-shape.ts";
import type { JsonValue } from "../../cognito/json.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import { refusalCodes } from "../map-tests/map-names.ts";
import type { Token } from "./messages.ts";
import { privateValues } from "./private-values.ts";
import type { PlayedRun } from "./run.ts";

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

/** Private texts of this person that were looked for and are not there: those that were sealed first. */
function textsNowhere(
  scan: NonNullable<PlayedRun["answer"]["thief"]>["scan"],
  world: NonNullable<PlayedRun["world"]>,
  issue: NonNullable<PlayedRun["issuing"]>["issue"],
): readonly string[] {
  if (issue.refused) return [];
  const sealed = new Set(Object.values(issue.opened).flatMap((claims) => Object.values(claims)));
  const isClean = new Set(
    scan.filter(({ how, found }) => how === "encodings" && found === null).map(({ path }) => path),
  );
  const texts = privateValues(world, readSubject(world.events[0]))
    .filter(({ path }) => isClean.has(path))
    .map(({ text }) => text);
  const [first, last] = [texts.filter((text) => sealed.has(text)), texts.filter((text) => !sealed.has(text))];
  return [...new Set([...first, ...last])].slice(0, MOST_NOWHERE);
}
