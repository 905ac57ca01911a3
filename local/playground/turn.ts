import type { Plan } from "../../claims/plan.ts";
import { positionOf } from "../../claims/text/source-text.ts";
import { cognitoEvent } from "../map-tests/case-event.ts";
import type { Location, Turn, TurnAnswer } from "./messages.ts";
import type { PlayedMap } from "./read-map.ts";
import { playWorld, type ReadTexts } from "./world.ts";

type Fields = { readonly [name: string]: unknown };
type Grant = "user" | "client_credentials";

const REFRESH = "TokenGeneration_RefreshTokens";

/** Turns map and event into another version, another grant, a refresh or a sign-in. What cannot be read stays as it is. */
export function turned({ map, event, to }: Turn, played: PlayedMap, texts: ReadTexts): TurnAnswer {
  const { diagnostics } = texts.event;
  const value = texts.event.value;
  const version = to.events ?? played.read?.map.pool.events ?? "V3";
  const turnedMap = to.events === undefined ? map : withEvents(map, played, to.events);
  if (!isFields(value)) return { map: turnedMap, event, diagnostics };
  const plan = boundPlan(played, texts);
  const grant = to.grant ?? grantOf(value);
  const isOther = grant !== grantOf(value);
  const whole = isOther ? eventOf(plan, grant, version, value) : value;
  const triggerSource = grant === "user" ? sourceFor(to.refresh, whole["triggerSource"]) : whole["triggerSource"];
  const shaped = inVersion({ ...whole, triggerSource }, version, plan, grant);
  return { map: turnedMap, event: JSON.stringify(shaped, null, 2), diagnostics };
}

/** How a person comes by a token; a sign-in of any kind stays what it is. */
function sourceFor(refresh: boolean | undefined, before: unknown): unknown {
  if (refresh === true) return REFRESH;
  return refresh === false && before === REFRESH ? "TokenGeneration_HostedAuth" : before;
}

/** The map's text with another version in the place where it stands. */
function withEvents(map: string, { read, at }: PlayedMap, events: string): string {
  const written = read?.map.pool.events;
  const place = at(["pool", "events"]);
  if (written === undefined || place === null) return map;
  const start = offsetOf(map, place);
  // The place is that of the key; its value is the next word that is one of these.
  const rest = map.slice(start).replace(/^(["']?events["']?\s*:\s*["']?)V[123]/, `$1${events}`);
  return map.slice(0, start) + rest;
}

function offsetOf(text: string, { from }: Location): number {
  const position = positionOf(text);
  let offset = 0;
  for (let line = 1; line < from.line; line += 1) offset = text.indexOf("\n", offset) + 1;
  return position(offset).line === from.line ? offset + from.column - 1 : 0;
}

function boundPlan(played: PlayedMap, texts: ReadTexts): Plan | null {
  return playWorld(played.plan, texts, {}).world?.plan ?? played.plan;
}

/** An event of the other grant: for a client of a profile that takes it, with the scopes it may ask for. */
function eventOf(plan: Plan | null, grant: Grant, version: Plan["events"], before: Fields): Fields {
  const profile = plan?.profiles.find(({ grants }) => grants.includes(grant));
  const named = profile?.clients.find((client) => client !== "*" && !client.includes("${"));
  const pool = typeof before["userPoolId"] === "string" ? { pool: before["userPoolId"] } : {};
  const client = named ?? clientOf(before);
  const short =
    grant === "user"
      ? {
          grant,
          client,
          sub: "u1",
          scopes: ["openid", "email", "profile"],
          user: { email: "person@example.com" },
          ...pool,
        }
      : { grant, client, scopes: plan ? customScopes(plan) : [], ...pool };
  return cognitoEvent(short, version, undefined) as Fields;
}

function clientOf(event: Fields): string {
  const context = isFields(event["callerContext"]) ? event["callerContext"] : {};
  return typeof context["clientId"] === "string" ? context["clientId"] : "client1";
}

/** What a machine may ask for: the map's scopes that no rule has to add. */
function customScopes({ resourceServers }: Plan): readonly string[] {
  return Object.values(resourceServers).flatMap(({ identifier, scopes }) =>
    scopes.map((scope) => `${identifier}/${scope}`),
  );
}

/** A V1 event has no scopes, and each version has the answer's place under a name of its own. */
function inVersion(event: Fields, version: Plan["events"], plan: Plan | null, grant: Grant): Fields {
  const { scopes, ...request } = isFields(event["request"]) ? event["request"] : {};
  const isV1 = version === "V1";
  const given = scopes ?? (grant === "user" ? ["openid", "email", "profile"] : plan ? customScopes(plan) : []);
  return {
    ...event,
    version: version.slice(1),
    request: isV1 ? request : { ...request, scopes: given },
    response: isV1 ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null },
  };
}

function grantOf(event: Fields): Grant {
  return event["triggerSource"] === "TokenGeneration_ClientCredentials" ? "client_credentials" : "user";
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
