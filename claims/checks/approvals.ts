import type { ClaimMap, MapPath, Signed, WrittenClaim } from "../claim-map.ts";
import type { Approval } from "../plan.ts";

/** Everything somebody signed for in a map, in its order: what a reviewer reads first. */
export function approvalsOf({ sources, claimSets, unmatched, profiles }: ClaimMap): readonly Approval[] {
  return [
    ...Object.entries(sources).flatMap(([name, { keyDeclassify }]) =>
      signedFor("keyDeclassify", ["sources", name, "keyDeclassify"], keyDeclassify),
    ),
    ...(unmatched.kind === "untouched" ? signedFor("untouched", ["unmatched"], unmatched) : []),
    ...Object.entries(claimSets).flatMap(([name, { claims }]) => ofClaims(claims, ["claimSets", name, "claims"])),
    ...Object.entries(profiles).flatMap(([name, { idToken, selfServiceScopes, claims }]) => {
      const path = ["profiles", name];
      const reason = idToken?.reason ?? idToken?.unchanged?.reason;
      const kept = typeof selfServiceScopes === "object" ? selfServiceScopes.keep : undefined;
      return [
        ...(reason === undefined ? [] : [{ path: [...path, "idToken"], what: "idToken" as const, reason }]),
        ...signedFor("selfServiceScopes", [...path, "selfServiceScopes"], kept),
        ...ofClaims(claims, [...path, "claims"]),
      ];
    }),
  ];
}

function ofClaims(claims: { readonly [name: string]: WrittenClaim }, path: MapPath): readonly Approval[] {
  return Object.entries(claims).flatMap(([name, { declassify, endorse }]) => [
    ...signedFor("declassify", [...path, name, "declassify"], declassify),
    ...signedFor("endorse", [...path, name, "endorse"], endorse),
  ]);
}

function signedFor(
  what: Approval["what"],
  path: MapPath,
  signed: (Signed & { readonly until?: string }) | undefined,
): readonly Approval[] {
  if (signed === undefined) return [];
  const { reason, approvedBy, until } = signed;
  return [{ path, what, reason, approvedBy, ...(until !== undefined && { until }) }];
}
