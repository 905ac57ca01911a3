import type { TokenClaims } from "../../cognito/token-claims.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import type { Model } from "./expressions.ts";
import { groupsOf, inlined, partsOf, readablesOf, reads } from "./map-document.ts";
import type { Scene } from "./scene.ts";
import { isModelled, tenantOf } from "./tenant.ts";
import { modelOf, type World } from "./world.ts";

/** Cognito's own; the rest are an API's. */
const SELF_SERVICE = ["openid", "profile", "email", "phone", "aws.cognito.signin.user.admin"];

/** What an expression comes to; `unsaid` where no model is there. */
type Said = { readonly value: ReturnType<Model> } | "unsaid";

/**
 * What is wrong with an event having been answered at all: a rule of the map's refuses it, or its tenant or partition
 * does.
 */
export function wronglyIssued(world: World, scene: Scene): readonly string[] {
  if (!isSure(scene)) return [];
  return [
    ...([null, "unsaid"].includes(refusedBy(world, scene)) ? [] : ["issued, and a rule of the map refuses"]),
    ...(isTenantRefused(world, scene) ? ["issued for a tenant that is not allowed"] : []),
  ];
}

/** What is wrong with a refusal by a rule of the map's. */
export function wronglyRefused(world: World, scene: Scene, code: string): readonly string[] {
  if (!code.startsWith("MAP_") || !isSure(scene)) return [];
  const expected = refusedBy(world, scene);
  return expected === code || expected === "unsaid" ? [] : [`refused with ${code}, and no rule says so`];
}

/** What is wrong with the scopes and groups of the tokens. */
export function wrongScopesAndGroups(
  world: World,
  scene: Scene,
  idToken: TokenClaims | null,
  accessToken: TokenClaims,
): readonly string[] {
  if (!isSure(scene) || scene.profile === null) return [];
  const scopes = expectedScopes(world, scene);
  const { scope } = accessToken;
  const found = typeof scope === "string" ? scope.split(" ") : [];
  const isRight = scopes === "unsaid" || asSet(found) === asSet(scopes);
  return [
    ...(isRight ? [] : ["the scopes are not what they should be"]),
    ...wrongGroups(world, scene, idToken, accessToken),
  ];
}

/** A malformed event says of the person what no model knows. */
function isSure({ fault, event }: Scene): boolean {
  return fault !== "malformed event" && fault !== "other event version" && typeof event === "object";
}

/** The code of the first rule that is true or unknown. */
function refusedBy(world: World, scene: Scene): string | null {
  for (const { when, code } of partsOf(world.document, scene.profile).refuse) {
    const said = say(world, scene, when);
    if (said === "unsaid") return "unsaid";
    if (said.value !== false) return `MAP_${code}`;
  }
  return null;
}

function isTenantRefused({ document }: World, { profile, facts }: Scene): boolean {
  const { tenant } = document;
  if (tenant === undefined || !isModelled(tenant) || profile === null) return false;
  const text = inlined(document, JSON.stringify(partsOf(document, profile)));
  const read = readablesOf(document).find(({ root }) => root === "tenant");
  return read !== undefined && reads(text, read, false) && tenantOf(tenant, facts) === "refused";
}

function expectedScopes(world: World, scene: Scene): readonly string[] | "unsaid" {
  const { document } = world;
  const sent = requestOf(scene).scopes ?? [];
  if (document.pool.events === "V1") return "unsaid";
  const isPerson = !isMachine(scene);
  const added: string[] = [];
  const removed = isPerson && scene.profile?.selfServiceScopes === "strip" ? [...SELF_SERVICE] : [];
  const lists: (readonly unknown[])[] = [];
  for (const { add = [], remove = [], only, when } of partsOf(document, scene.profile).scopes) {
    const said = when === undefined ? { value: true } : say(world, scene, when);
    if (said === "unsaid") return "unsaid";
    if (said.value === true) added.push(...add);
    if (said.value === false) continue;
    removed.push(...remove);
    if (only === undefined) continue;
    const list = listed(world, scene, only);
    if (list === "unsaid") return "unsaid";
    lists.push(list);
  }
  return [...sent, ...added].filter(
    (each) => !removed.includes(each) && (SELF_SERVICE.includes(each) || lists.every((list) => list.includes(each))),
  );
}

function wrongGroups(
  world: World,
  scene: Scene,
  idToken: TokenClaims | null,
  accessToken: TokenClaims,
): readonly string[] {
  if (scene.profile === null || isMachine(scene)) return [];
  const { access, id, filter } = groupsOf(scene.profile);
  const sent = requestOf(scene).groupConfiguration?.groupsToOverride ?? [];
  const list = filter === undefined ? sent : filter === "native" ? native(scene, sent) : listed(world, scene, filter);
  if (list === "unsaid") return [];
  const stay = sent.filter((group) => list.includes(group));
  const isWrong = (token: TokenClaims, side: "keep" | "strip"): boolean =>
    asSet((token["cognito:groups"] ?? []) as readonly string[]) !== asSet(side === "keep" ? stay : []);
  const hasRoles = idToken !== null && (idToken["cognito:roles"] ?? idToken["cognito:preferred_role"]) !== undefined;
  return [
    ...(isWrong(accessToken, access) ? ["the groups of the access token are not what they should be"] : []),
    ...(idToken && isWrong(idToken, id) ? ["the groups of the ID token are not what they should be"] : []),
    ...(hasRoles && stay.length < sent.length ? ["roles of groups that are gone"] : []),
  ];
}

function native({ event }: Scene, groups: readonly string[]): readonly string[] {
  return groups.filter((group) => !group.startsWith(`${(event as TriggerEvent).userPoolId}_`));
}

/** A list of texts, written out or worked out; an unknown one is empty. */
function listed(world: World, scene: Scene, text: string): readonly unknown[] | "unsaid" {
  if (/^\[("[^"]*"(, ?"[^"]*")*)?\]$/.test(text)) return JSON.parse(text) as readonly string[];
  const said = say(world, scene, text);
  if (said === "unsaid") return "unsaid";
  return Array.isArray(said.value) ? (said.value as readonly unknown[]) : [];
}

function say(world: World, { facts, unsure }: Scene, text: string): Said {
  const model = modelOf(world, unsure, text);
  return model === undefined ? "unsaid" : { value: model(facts) };
}

function requestOf({ event }: Scene): TriggerEvent["request"] {
  return (event as TriggerEvent).request;
}

function isMachine({ event }: Scene): boolean {
  return (event as TriggerEvent).triggerSource === "TokenGeneration_ClientCredentials";
}

function asSet(texts: readonly string[]): string {
  return [...new Set(texts)].filter(Boolean).toSorted().join(" ");
}
