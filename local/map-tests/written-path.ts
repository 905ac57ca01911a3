import type { ClaimMap, MapPath, WrittenClaimSet } from "../../claims/claim-map.ts";

/**
 * Where something of a profile is written: in the profile, or in one of the claim sets it uses. Claims and rules of
 * sets come after the profile's own, in the order in which it uses them.
 */
export function writtenPath({ profiles, claimSets }: ClaimMap, path: MapPath): MapPath {
  const [root, name = "", part, step = "", ...rest] = path;
  const profile = root === "profiles" ? profiles[name] : undefined;
  if (profile === undefined || (part !== "claims" && part !== "scopes" && part !== "refuse")) return path;
  const sets = profile.use.flatMap((set): readonly (readonly [string, WrittenClaimSet])[] => {
    const written = claimSets[set];
    return written ? [[set, written]] : [];
  });
  if (part === "claims") {
    if (Object.hasOwn(profile.claims, step)) return path;
    const [set] = sets.find(([, { claims }]) => Object.hasOwn(claims, step)) ?? [];
    return set === undefined ? path : ["claimSets", set, part, step, ...rest];
  }
  let index = Number(step);
  if (index < profile[part].length) return path;
  index -= profile[part].length;
  for (const [set, written] of sets) {
    if (index < written[part].length) return ["claimSets", set, part, String(index), ...rest];
    index -= written[part].length;
  }
  return path;
}
