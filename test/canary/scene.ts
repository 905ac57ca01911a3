import type { JsonValue } from "../../cognito/json.ts";
import { type Canary, drawCanary, type Shape } from "./canaries.ts";
import type { Fact } from "./expressions.ts";
import { FAULTS, type Fault } from "./faults.ts";
import { malformed, withHostileMetadata } from "./hostile-events.ts";
import {
  filledIn,
  type MapDocument,
  printed,
  type Readable,
  readablesOf,
  type WrittenProfile,
} from "./map-document.ts";
import { drawOne, note, type Parts } from "./parts.ts";
import type { Random } from "./random.ts";
import { drawStored, placed, type Stored, unsureIn } from "./stored.ts";
import { tenantOf } from "./tenant.ts";
import { type Draw, drawFitting } from "./values.ts";
import type { World } from "./world.ts";

/** The place of what says which person it is: belongs into tokens and row keys, and nowhere else. */
export const PERSON = "the person's sub and username";

/** One event of one world, with everything around it. */
export type Scene = {
  readonly event: unknown;
  /** The profile that applies; null where the event is of a client no profile names. */
  readonly profile: WrittenProfile | null;
  readonly fault: Fault;
  readonly canaries: readonly Canary[];
  readonly facts: ReadonlyMap<string, Fact>;
  /** Values a model as small as this one cannot tell. */
  readonly unsure: ReadonlySet<string>;
  /** What each source holds for this subject. */
  readonly stored: ReadonlyMap<string, Stored>;
  /** Whether the loader hands over whole rows, more than it was asked for. */
  readonly isGenerous: boolean;
  /** What failing ports say in their errors. */
  readonly secret: string;
  readonly now: number;
};

/** The share of events in which something goes wrong. */
const FAULTY = 0.3;
const POOL = "eu-central-1_Example01";
const START = 1_763_800_000_000;
const UNDECLARED: readonly (readonly [name: string, shape: Shape])[] = [
  ["family_name", "name"],
  ["email", "email"],
  ["phone_number", "phone"],
  ["birthdate", "date"],
  ["address", "postcode"],
  ["cognito:email_alias", "email"],
  ["dev:custom:note", "code"],
  ["custom:undeclared", "name"],
];
const USER_TRIGGERS = [
  "HostedAuth",
  "Authentication",
  "NewPasswordChallenge",
  "AuthenticateDevice",
  "RefreshTokens",
  "Unheard",
];

/**
 * Draws an event, the rows behind it and what goes wrong. Everything but the letters of the canaries comes from
 * `structure`, so another `letters` gives the same event with other values.
 */
export function drawScene(world: World, structure: Random, letters: Random, index: number): Scene {
  const draw: Draw = { structure, letters };
  const fault = structure.chance(FAULTY) ? structure.pick(FAULTS) : "none";
  const parts: Parts = { canaries: [], facts: new Map(), fault };
  const chosen = structure.pick(Object.values(world.document.profiles));
  const isMachine = structure.pick(chosen.match.grants) === "client_credentials";
  const isUnknown = fault === "unknown client";
  const clientId = isUnknown ? "9unknown00000000000000001" : clientOf(world, chosen, structure);
  const uuid = isMachine ? clientId : note(parts, drawCanary(PERSON, "uuid", letters));
  // Every literal of every key there is: no row's key can be built from this.
  const sub = fault === "a key within the sub" ? `STAFF#MEMBER#DEVICE#${uuid}` : uuid;
  const secret = note(parts, drawCanary("an error of a port", structure.pick(["email", "code"]), letters));

  const readables = readablesOf(world.document);
  const person = isMachine ? drawMachineAttributes(draw, parts) : drawAttributes(readables, sub, draw, parts);
  const groups = isMachine ? null : drawGroups(readables, draw, parts);
  const stored = drawStored(world, readables, { sub, clientId, isMachine }, draw, parts);
  const metadata = drawMetadata(world, readables, draw, parts);
  if (world.document.tenant) {
    const tenant = tenantOf(world.document.tenant, parts.facts);
    parts.facts.set("tenant.id", tenant === "refused" ? { state: "absent" } : tenant);
  }
  const { events, usernames } = world.document.pool;
  const isV1 = (events === "V1") !== (fault === "other event version");
  const userName =
    fault === "personal username" && usernames === "opaque"
      ? note(parts, drawCanary("a username somebody typed", "email", letters))
      : isMachine
        ? "ClientCredentials"
        : structure.chance(0.5)
          ? sub
          : note(parts, drawCanary(PERSON, "uuid", letters));
  const event = {
    version: structure.pick(["1", "2", "3"]),
    triggerSource: `TokenGeneration_${isMachine ? "ClientCredentials" : structure.pick(USER_TRIGGERS)}`,
    region: "eu-central-1",
    userPoolId: POOL,
    userName,
    callerContext: { awsSdkVersion: note(parts, drawCanary("awsSdkVersion", "code", letters)), clientId },
    ...(structure.chance(0.2) && { future: note(parts, drawCanary("an unknown field", "email", letters)) }),
    request: {
      userAttributes: person,
      groupConfiguration: groups,
      ...(!isV1 && { scopes: drawScopes(world, structure, fault) }),
      ...(metadata && { clientMetadata: metadata }),
    },
    response: isV1 ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null },
  };
  return {
    event:
      fault === "malformed event"
        ? malformed(event, note(parts, drawCanary("a malformed field", "email", letters)), structure)
        : event,
    profile: profileFor(world, isUnknown, isMachine, chosen),
    fault,
    canaries: parts.canaries,
    facts: parts.facts,
    unsure: unsureIn(world.document, readables, stored),
    stored: placed(world, stored, parts.facts),
    isGenerous: structure.chance(0.3),
    secret,
    now: START + index * 1000,
  };
}

/** A person's attributes: every declared one, and many that are not. */
function drawAttributes(
  readables: readonly Readable[],
  sub: string,
  draw: Draw,
  parts: Parts,
): Readonly<Record<string, string>> {
  const { structure, letters } = draw;
  const attributes = new Map<string, string>([
    ["sub", sub],
    ["email_verified", "true"],
    ["cognito:user_status", "CONFIRMED"],
  ]);
  for (const each of readables) {
    if (each.root !== "user" || each.name === "groups") continue;
    const raw = drawOne(each, true, draw, parts);
    if (typeof raw === "string") attributes.set(each.name, raw);
  }
  const declared = new Set(readables.filter(({ root }) => root === "user").map(({ name }) => name));
  for (const [name, shape] of structure.some(UNDECLARED, 0.6)) {
    if (!declared.has(name)) attributes.set(name, note(parts, drawCanary(printed("user", name), shape, letters)));
  }
  if (structure.chance(0.3)) {
    const userId = note(parts, drawCanary(printed("user", "identities"), "email", letters));
    attributes.set("identities", JSON.stringify([{ userId, providerName: "Example", primary: true, dateCreated: 1 }]));
  }
  return Object.fromEntries(attributes);
}

/** Cognito sends none; whatever comes is nobody's. */
function drawMachineAttributes({ structure, letters }: Draw, parts: Parts): Readonly<Record<string, string>> {
  return structure.chance(0.3) ? { email: note(parts, drawCanary("user.email", "email", letters)) } : {};
}

function drawGroups(readables: readonly Readable[], draw: Draw, parts: Parts): JsonValue {
  const { structure, letters } = draw;
  const groups = readables.find(({ printed: name }) => name === "user.groups") as Readable;
  // Cognito sends a list whatever happens; only what is in it varies.
  const { raw, fact, canaries } = drawFitting("user.groups", { maxLength: 60, ...groups.declared }, false, draw);
  parts.canaries.push(...canaries);
  // Cognito puts federated people into a group of its own.
  const isFederated = structure.chance(0.3) && groups.declared.values === undefined && (raw as string[]).length < 3;
  const sent = [...(raw as readonly string[]), ...(isFederated ? [`${POOL}_Corp-SAML`] : [])];
  parts.facts.set("user.groups", fact.state === "present" ? { state: "present", value: sent } : fact);
  const role = (): string => `arn:aws:iam::111122223333:role/${note(parts, drawCanary("roles", "code", letters))}`;
  return {
    groupsToOverride: sent,
    iamRolesToOverride: structure.chance(0.5) ? [role()] : [],
    preferredRole: structure.chance(0.3) ? role() : null,
  };
}

function drawMetadata(
  { document }: World,
  readables: readonly Readable[],
  draw: Draw,
  parts: Parts,
): Readonly<Record<string, string>> | null {
  const { structure, letters } = draw;
  const entries = new Map<string, string>();
  for (const each of readables) {
    if (each.root !== "client.metadata") continue;
    const raw = drawOne(each, true, draw, parts);
    if (typeof raw === "string") entries.set(each.name, raw);
    if (each.printed === document.tenant?.requested) request(document.tenant, each, entries, draw, parts);
  }
  if (structure.chance(0.5)) entries.set("note", note(parts, drawCanary("clientMetadata.note", "email", letters)));
  const metadata = Object.fromEntries(entries);
  if (parts.fault === "hostile metadata") {
    const value = (): string => note(parts, drawCanary("hostile metadata", structure.pick(["email", "code"]), letters));
    return withHostileMetadata(metadata, value);
  }
  return entries.size === 0 && structure.chance(0.5) ? null : metadata;
}

/** Most people ask for a tenant that is theirs, or for none. */
function request(
  { allowed }: NonNullable<MapDocument["tenant"]>,
  { name, printed: place }: Readable,
  entries: Map<string, string>,
  { structure }: Draw,
  { facts }: Parts,
): void {
  const fact = facts.get(allowed);
  const theirs = fact?.state === "present" ? (fact.value as readonly string[]) : [];
  if (facts.get(place)?.state !== "present" || structure.chance(0.1)) return;
  const [first] = theirs;
  if (first !== undefined && structure.chance(0.6)) {
    entries.set(name, first);
    facts.set(place, { state: "present", value: first });
  } else {
    entries.delete(name);
    facts.set(place, { state: "absent" });
  }
}

function drawScopes({ document }: World, structure: Random, fault: Fault): readonly string[] {
  const custom = Object.values(document.resourceServers).flatMap(({ identifier, scopes }) =>
    scopes.map((scope) => `${identifier}/${scope}`),
  );
  return [
    ...structure.pick([["openid", "profile", "email"], ["openid"], ["aws.cognito.signin.user.admin"], []]),
    ...structure.some(custom, 0.5),
    ...(fault === "long scopes"
      ? Array.from({ length: 40 + structure.int(120) }, (_, at) => `elsewhere/${"x".repeat(40)}.${at}`)
      : []),
  ];
}

function clientOf({ environment }: World, { match }: WrittenProfile, structure: Random): string {
  const client = filledIn(structure.pick(match.clients), environment);
  return client === "*" ? "7anybody0000000000000001" : client;
}

/** A profile for every client serves unknown ones too. */
function profileFor(
  { document }: World,
  isUnknown: boolean,
  isMachine: boolean,
  chosen: WrittenProfile,
): WrittenProfile | null {
  if (!isUnknown) return chosen;
  const grant = isMachine ? "client_credentials" : "user";
  const forAll = Object.values(document.profiles).find(
    ({ match }) => match.clients.includes("*") && match.grants.includes(grant),
  );
  return forAll ?? null;
}
