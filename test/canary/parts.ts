import type { Canary } from "./canaries.ts";
import type { Fact } from "./expressions.ts";
import type { Fault } from "./faults.ts";
import type { Readable } from "./map-document.ts";
import { type Draw, type DrawnValue, drawFitting, drawTrap, drawUnfitting } from "./values.ts";

/** What is gathered while an event is drawn. */
export type Parts = { readonly canaries: Canary[]; readonly facts: Map<string, Fact>; readonly fault: Fault };

/** Keeps a canary, and gives its value. */
export function note({ canaries }: Parts, canary: Canary): string {
  canaries.push(canary);
  return canary.value;
}

/** Draws one value as its source would hold it, and notes what is known of it; undefined where there is none. */
export function drawOne({ printed: place, declared }: Readable, asText: boolean, draw: Draw, parts: Parts): unknown {
  const { structure } = draw;
  const drawn = ((): DrawnValue | null => {
    if (parts.fault === "poison row" && !asText && structure.chance(0.3)) return drawTrap(place, draw);
    if (parts.fault === "invalid values" && structure.chance(0.4)) return drawUnfitting(place, declared, asText, draw);
    return structure.chance(0.15) ? { raw: undefined, fact: { state: "absent" }, canaries: [] } : null;
  })();
  const { raw, fact, canaries } = drawn ?? drawFitting(place, declared, asText, draw);
  parts.canaries.push(...canaries);
  parts.facts.set(place, fact);
  return raw;
}
