import type { ClaimMap, MapPath, ReadMap, WrittenDeclaration } from "../../claims/claim-map.ts";

/** A declaration with the two things every one has. */
export function declared(type: string, rest: Partial<WrittenDeclaration> = {}): WrittenDeclaration {
  return { type, class: "open", ...rest };
}

/** A map with nothing in it but what a test is about. */
export function aClaimMap(parts: Partial<ClaimMap> = {}): ClaimMap {
  return {
    version: 1,
    name: "a-map",
    revision: "1",
    pool: { events: "V3", usernames: "opaque" },
    inputs: {},
    sources: {},
    define: {},
    claimSets: {},
    resourceServers: {},
    unmatched: { kind: "deny" },
    profiles: {},
    limits: { accessToken: 8000, idToken: 8000, onOversize: "deny", sentScopes: 512, username: 36 },
    ...parts,
  };
}

/** A map as if read from a file in which every value stands alone on line 1: a column is a place in its text. */
export function aReadMap(map: ClaimMap, broken: readonly MapPath[] = []): ReadMap {
  return {
    map,
    at: () => ({ line: 1, column: 1 }),
    within: (_, offset) => ({ line: 1, column: offset + 1 }),
    broken: (path) => broken.some((lost) => lost.every((step, index) => path[index] === step)),
  };
}
