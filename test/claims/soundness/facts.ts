import type { LoadAttributes, Row, RowRequest, RowResult } from "../../../claims/facts.ts";
import type { Class } from "../../../claims/plan.ts";
import type { Subject } from "../../../cognito/subject.ts";
import { type Random, randomFrom } from "../../canary/random.ts";
import type { DrawnSource, Place } from "./draw-declarations.ts";
import type { DrawnMap } from "./draw-map.ts";
import type { Image } from "./drawing.ts";

/**
 * A world by seed: what a place holds, in the row of any key, follows from the seed and the key alone. So two worlds of
 * one seed are equal but for the places that `differs` names, and another key finds another row.
 */
export type World = {
  readonly map: DrawnMap;
  readonly seed: readonly number[];
  /** Whether this place is drawn anew here. */
  readonly differs: (place: Place) => boolean;
  /** What has to stay of places that differ, whatever is drawn. */
  readonly images: ReadonlyMap<string, readonly (Image | null)[]>;
  readonly subject: Pick<Subject, "grant" | "clientId" | "scopes">;
};

/** The clock of every sign-in. */
export const NOW: Date = new Date("2026-11-22T12:00:00Z");
export const SUB = "5f0c1e9a-1111-4222-8333-0a1b2c3d4e5f";
export const POOL = "eu-central-1_Example01";

/** The same few values for all places, so that conditions really go both ways. One shows in an envelope's length. */
const TEXTS = ["a", "b", "a", "b", "", "c", "a#b", "a,b", "[a, b]", "x@x.org", "y@x.org", "y@y.org"];
const LONGER = ["2000-01-01", "2000-06-01", "a".repeat(70), "z"];
const MOMENTS = ["2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "never"];
const GROUPS = ["a", "b", `${POOL}_Idp`];

/** The subject of one sign-in in this world. */
export function subjectOf(world: World): Subject {
  const { map, subject } = world;
  const isPerson = subject.grant === "user";
  const given = (prefix: string): ReadonlyMap<string, string> =>
    new Map(
      map.places.flatMap((place) => {
        if (!place.name.startsWith(prefix) || place.kind === "list") return [];
        const value = valueAt(world, place, "");
        return value === undefined ? [] : [[place.name.slice(prefix.length), textOf(value)] as const];
      }),
    );
  const groups = map.places.find(({ name }) => name === "user.groups") ?? GROUPS_UNLISTED;
  return {
    shape: map.features.has("V1") ? "V1" : "V2",
    poolId: POOL,
    region: "eu-central-1",
    trigger: isPerson ? "TokenGeneration_HostedAuth" : "TokenGeneration_ClientCredentials",
    userName: isPerson ? SUB : subject.clientId,
    sub: isPerson ? SUB : subject.clientId,
    attributes: isPerson ? given("user.") : new Map(),
    groups: isPerson ? groupsOf(world, groups) : [],
    groupConfiguration: null,
    metadata: given("client.metadata."),
    ...subject,
    scopes: map.features.has("V1") ? [] : subject.scopes,
  };
}

/** Cognito hands everything over as text. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Answers reads from this world's tables and hooks. */
export function tablesOf(world: World): LoadAttributes {
  return (requests) => Promise.resolve(requests.map((request) => answer(world, request)));
}

const GROUPS_UNLISTED: Place = {
  name: "user.groups",
  kind: "list",
  class: "pii",
  trust: "operator",
  isListed: false,
  isUnbounded: true,
};

function groupsOf(world: World, place: Place): readonly string[] {
  return drawnFor(world, place, "").some(GROUPS, 0.5);
}

function answer(world: World, request: RowRequest): RowResult {
  const source = world.map.sources.find(({ name }) => name === request.source);
  if (source === undefined) throw new Error(`the map draws no source ${request.source}`);
  // Whether a source answers has nothing to do with anybody's values.
  if (randomFrom(...world.seed, hash(source.name)).chance(0.06)) return { state: "failed" };
  const key = JSON.stringify(askedOf(request));
  // Of a row with a declassified value in it, it shows that it is there.
  const isShown = source.attributes.some(({ name }) => world.images.has(name));
  const random = drawnFor(isShown ? { ...world, differs: () => false } : world, rowsPlace(source), key);
  const row = (index: number): Row =>
    new Map(
      source.attributes.flatMap((place) => {
        const value = valueAt(world, place, `${key}${index}`);
        return value === undefined ? [] : [[place.name.slice(source.name.length + 1), value] as const];
      }),
    );
  if (!source.isQuery) return random.chance(0.15) ? { state: "missing" } : { state: "found", row: row(0) };
  return { state: "rows", rows: Array.from({ length: random.int(4) }, (_, index) => row(index)), more: false };
}

/** What tells one read of a source from another; a function is asked once for each event. */
function askedOf(request: RowRequest): unknown {
  if (request.kind === "custom") return request.subject;
  if (request.kind === "chain") return request.function;
  return [request.table, request.region, request.key, request.kind === "query" ? request.beginsWith : {}];
}

/** That there are rows, and how many, is as private as the least private of what they hold. */
function rowsPlace({ name, attributes }: DrawnSource): Place {
  const rank: { readonly [level in Class]: number } = { open: 0, pii: 1, sensitive: 2 };
  const [least, ...others] = attributes;
  if (least === undefined) throw new Error("a source has attributes");
  const place = others.reduce((low, each) => (rank[each.class] < rank[low.class] ? each : low), least);
  return { ...place, name };
}

/** What a place holds: `undefined` where it is absent. */
function valueAt(world: World, place: Place, key: string): unknown {
  const drawn = drawValue(drawnFor(world, place, key), place);
  const images = world.images.get(place.name);
  if (images === undefined || !world.differs(place)) return drawn;
  const before = drawValue(randomFrom(...world.seed, hash(place.name), hash(key), 0), place);
  const stays = images.every((image) => {
    if (image === null) return drawn === before;
    return isWell(place, drawn) && isWell(place, before) ? image(drawn) === image(before) : drawn === before;
  });
  return stays ? drawn : before;
}

/** A text that keeps every declaration there is: what is invalid has no image, and is not like another that is. */
function isWell({ isListed }: Place, value: unknown): value is string {
  return typeof value === "string" && (isListed ? /^[ab]$/ : /^[^z]{0,80}$/).test(value);
}

function drawnFor(world: World, place: Place, key: string): Random {
  return randomFrom(...world.seed, hash(place.name), hash(key), world.differs(place) ? 1 : 0);
}

function drawValue(random: Random, { kind, isListed, isUnbounded }: Place): unknown {
  if (random.chance(0.08)) return undefined;
  // What breaks its declaration, whatever that is.
  if (random.chance(0.06)) return kind === "string" ? "q".repeat(90) : ["never"];
  switch (kind) {
    case "string":
      if (isListed) return random.pick(["a", "a", "b", "c"]);
      return isUnbounded && random.chance(0.3) ? "u".repeat(1500) : random.pick(random.chance(0.7) ? TEXTS : LONGER);
    case "bool":
      return random.chance(0.5);
    case "int":
      return random.pick([0, 1, 2, 3, 7]);
    case "list":
      return isUnbounded && random.chance(0.3)
        ? Array.from({ length: 300 }, () => "abcd")
        : random.some(["a", "b", "", "c"], 0.5);
    case "timestamp":
      return random.pick(MOMENTS);
    case "map":
      return Object.fromEntries(
        random.some(
          [
            ["a", "b"],
            ["b", "a"],
            ["c", "c"],
          ] as const,
          0.5,
        ),
      );
    case "fields":
      return { ...(random.chance(0.8) && { city: random.pick(["a", "b"]) }), zip: random.int(2) };
  }
}

/** FNV-1a, by 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value;
}
