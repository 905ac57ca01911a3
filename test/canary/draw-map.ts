import { drawInputs, drawServers, drawSources, KINDS } from "./draw-declarations.ts";
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
  const sources = drawSources(random, kind);
  const resourceServers = events === "V1" && random.chance(0.7) ? {} : drawServers(random);
  const declared: MapDocument = {
    version: 1,
    name: "drawn",
    revision: "r1",
    pool: { events, usernames: random.chance(0.8) ? "opaque" : "any" },
    inputs: drawInputs(random, kind),
    sources,
    resourceServers,
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
  const drawing = { random, kind, map: declared, models };
  const profiles = {
    people: drawPeople(drawing),
    ...(events === "V3" && random.chance(0.4) && { machines: drawMachines(drawing) }),
  };
  return { document: withoutUnread({ ...declared, profiles }), models };
}

/** A source without a reader is a warning; most of them go. */
function withoutUnread(map: MapDocument): MapDocument {
  const text = JSON.stringify(map.profiles);
  const isRead = (name: string): boolean => text.includes(`${name}.`) || text.includes(`${name}[`);
  return {
    ...map,
    sources: Object.fromEntries(Object.entries(map.sources).filter(([name]) => name === "staff" || isRead(name))),
  };
}
