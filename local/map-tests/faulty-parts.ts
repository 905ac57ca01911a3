import type { Plan } from "../../claims/plan.ts";
import type { FaultName } from "../../claims/shape/map-test-shape.ts";

/** The parts of a map that can fail in a test. */
export type FaultyPart =
  | { readonly kind: "source"; readonly source: string }
  | { readonly kind: "attribute"; readonly source: string; readonly attribute: string }
  | { readonly kind: "seal"; readonly resourceServer: string }
  | { readonly kind: "pseudonyms" };

/** What can go wrong with each kind of part. */
export const FAULTS_OF: { readonly [kind in FaultyPart["kind"]]: readonly FaultName[] } = {
  source: ["missing", "unavailable", "stall", "late"],
  attribute: ["absent", "invalid"],
  seal: ["unavailable", "late"],
  pseudonyms: ["unavailable", "late"],
};

/** Every part of a plan by the name a test gives it. A source comes before whatever else its name could mean. */
export function faultyParts({ sources, resourceServers, pseudonyms }: Plan): ReadonlyMap<string, FaultyPart> {
  const parts = new Map<string, FaultyPart>();
  if (pseudonyms) parts.set("pseudonyms", { kind: "pseudonyms" });
  for (const [resourceServer, { seal }] of Object.entries(resourceServers)) {
    if (seal) parts.set(`seal.${resourceServer}`, { kind: "seal", resourceServer });
  }
  for (const [source, { attributes }] of Object.entries(sources)) {
    parts.set(source, { kind: "source", source });
    for (const attribute of Object.keys(attributes)) {
      parts.set(`${source}.${attribute}`, { kind: "attribute", source, attribute });
    }
  }
  return parts;
}
