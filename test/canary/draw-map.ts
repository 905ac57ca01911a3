import { drawInputs, drawServers, drawSources, KINDS } from "./draw-declarations.ts";
import { drawFurtherSources, withDefinitions, withoutUnread, withPartition, withTenant } from "./draw-language.ts";
import { APPROVED, drawMachines, drawPeople } from "./draw-profiles.ts";
import type { Model } from "./expressions.ts";
import type { MapDocument } from "./map-document.ts";
import type { Random } from "./random.ts";

/** A random map, and what its expressions should come to, by their text. */
export type DrawnMap = { readonly document: MapDocument; readonly models: ReadonlyMap<string, Model> };

/** Draws a map from the whole language of this version; most pass the check. */
export function drawMap(random: Random): DrawnMap {
  const models = new Map<string, Model>();
  const kind = random.pick(KINDS);
  const events = random.pick(["V1", "V2", "V2", "V3", "V3", "V3"] as const);
  const hasMachines = events === "V3" && random.chance(0.4);
  const basis = { random, kind, models };
  const declared: MapDocument = {
    version: 1,
    name: "drawn",
    revision: "r1",
    pool: { events, usernames: random.chance(0.8) ? "opaque" : "any" },
    inputs: drawInputs(random, kind),
    sources: { ...drawSources(random, kind), ...drawFurtherSources(basis) },
    resourceServers: events === "V1" && random.chance(0.7) ? {} : drawServers(random),
    ...(random.chance(0.5) && { pseudonyms: { key: "${env:PSEUDONYM_ARN}", region: "eu-central-1" } }),
    ...(random.chance(0.5) && {
      unmatched: random.pick(["deny", "bare", { untouched: APPROVED }] as const),
    }),
    profiles: {},
    ...(random.chance(0.4) && {
      limits: {
        accessToken: 9000,
        idToken: 7000,
        onOversize: kind.isBounded ? random.pick(["deny", "drop"] as const) : "deny",
      },
    }),
  };
  // A machine is in no partition: what it reads must be the same for everybody.
  const placed = hasMachines ? declared : withPartition(declared, basis);
  const map = withDefinitions(withTenant(placed, basis), basis);
  const drawing = { ...basis, map };
  const profiles = {
    people: drawPeople(drawing),
    ...(hasMachines && { machines: drawMachines(drawing) }),
  };
  return { document: withoutUnread({ ...map, profiles }), models };
}
