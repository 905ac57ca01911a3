import type { ClaimMap, MapPath, WrittenClaim, WrittenRefusal, WrittenScopeRule } from "../claim-map.ts";

/** A part of a profile, with its place in the map: its own, or that of the claim set it comes from. */
export type Placed<T> = { readonly written: T; readonly path: MapPath };

/** What a profile does, the shared parts included. */
export type ProfileParts = {
  readonly claims: readonly (Placed<WrittenClaim> & { readonly name: string })[];
  readonly scopes: readonly Placed<WrittenScopeRule>[];
  readonly refuse: readonly Placed<WrittenRefusal>[];
};

/** A profile's own claims and rules, then those of the claim sets it uses. A name taken twice keeps its first claim. */
export function partsOf({ profiles, claimSets }: ClaimMap, name: string): ProfileParts {
  const profile = profiles[name];
  if (profile === undefined) return { claims: [], scopes: [], refuse: [] };
  const used = profile.use.flatMap((set) => {
    const found = Object.hasOwn(claimSets, set) ? claimSets[set] : undefined;
    return found ? [{ at: ["claimSets", set], part: found }] : [];
  });
  const all = [{ at: ["profiles", name], part: profile }, ...used];
  const claims = new Map<string, ProfileParts["claims"][number]>();
  for (const { at, part } of all) {
    for (const [claim, written] of Object.entries(part.claims)) {
      if (!claims.has(claim)) claims.set(claim, { name: claim, written, path: [...at, "claims", claim] });
    }
  }
  return {
    claims: [...claims.values()],
    scopes: all.flatMap(({ at, part }) => placedList(part.scopes, [...at, "scopes"])),
    refuse: all.flatMap(({ at, part }) => placedList(part.refuse, [...at, "refuse"])),
  };
}

function placedList<T>(written: readonly T[], path: MapPath): readonly Placed<T>[] {
  return written.map((each, index) => ({ written: each, path: [...path, String(index)] }));
}
