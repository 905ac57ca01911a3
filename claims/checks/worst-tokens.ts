import type { Subject } from "../../cognito/subject.ts";
import { estimateTokenBytes } from "../../cognito/token-size.ts";
import type { ReadMap } from "../claim-map.ts";
import { CLIENT_ID_BYTES, type KnownValues, SUB_BYTES } from "../language/known-values.ts";
import { printReference } from "../language/reference.ts";
import type { SealMode } from "../plan.ts";
import { type CompiledProfile, keptGroups, keptInputs } from "./compiled-profile.ts";
import { envelopeClaim } from "./envelope-claim.ts";
import { type EnvelopePlan, POOL_ID_BYTES, worstOfClaim } from "./envelope-plan.ts";
import { declaredBytes } from "./json-size.ts";

/** The most bytes of the claim value that a plaintext of `plaintextBytes` makes in a mode, for a resource server. */
export type EnvelopeBytes = (mode: SealMode, plaintextBytes: number, resourceServer: string) => number;

/** No limit of a map is higher, so what grows beyond it need not be measured further. */
export const COUNTED = 16_384;
const QUOTES = 2;

/** The most bytes of a profile's tokens, whoever it serves; null where something in them has no bounds. */
export function boundsOfTokens(
  read: ReadMap,
  known: KnownValues,
  profile: CompiledProfile,
  envelopes: readonly EnvelopePlan[],
  envelopeBytes: EnvelopeBytes,
): WorstTokens {
  const sizes = profile.written.match.grants.map((grant) =>
    worstTokens(read, known, profile, envelopes, envelopeBytes, grant),
  );
  const { idToken } = profile.written;
  const isBounded = (token: "access" | "id"): boolean => {
    const clear = profile.claims.filter(({ written }) => written.to.includes(token));
    const sealed = token === "access" ? envelopes.flatMap(({ claims }) => claims.map(({ worst }) => worst)) : [];
    const kept = token === "id" ? keptInputs(read.map, idToken).map((name) => declaredWorst(known, name)) : [];
    const groups = keptGroups(profile.written)[token] === "keep" ? [declaredWorst(known, "groups")] : [];
    return ![...clear.map((claim) => worstOfClaim(known, claim)), ...sealed, ...kept, ...groups].includes(null);
  };
  // What a map does not list stays in the ID token unless `keep` says what stays.
  const isListed = idToken === undefined || idToken.keep !== undefined;
  return {
    counted: {
      access: Math.max(0, ...sizes.map((size) => size.access)),
      id: Math.max(0, ...sizes.map((size) => size.id)),
    },
    isBounded: { access: isBounded("access"), id: isListed && isBounded("id") },
  };
}

/** The tokens at their largest, what has no bounds counted at its least; and whether everything in them has bounds. */
export type WorstTokens = {
  readonly counted: { readonly access: number; readonly id: number };
  readonly isBounded: { readonly access: boolean; readonly id: boolean };
};

/**
 * The tokens at their largest, measured as they are at a sign-in: all scopes added, every envelope there, every claim
 * at its bounds. What Cognito alone decides on (`identities`, roles of groups) is left to the run.
 */
function worstTokens(
  read: ReadMap,
  known: KnownValues,
  { written, claims, rules }: CompiledProfile,
  envelopes: readonly EnvelopePlan[],
  envelopeBytes: EnvelopeBytes,
  grant: Subject["grant"],
): { readonly access: number; readonly id: number } {
  const { map } = read;
  const isV1 = map.pool.events === "V1";
  const clear = (token: "access" | "id"): readonly (readonly [string, string])[] => [
    ...(keptGroups(written)[token] === "keep"
      ? [["cognito:groups", filler(declaredWorst(known, "groups"))] as const]
      : []),
    ...claims.flatMap((claim) =>
      claim.written.to.includes(token) ? [[claim.name, filler(worstOfClaim(known, claim))] as const] : [],
    ),
  ];
  const kept = keptInputs(map, written.idToken).map((name) => [name, filler(declaredWorst(known, name))] as const);
  const sealed = envelopes.map(
    ({ resourceServer, mode, plaintextBytes }) =>
      [envelopeClaim(resourceServer), filler(envelopeBytes(mode, plaintextBytes, resourceServer) + QUOTES)] as const,
  );
  return estimateTokenBytes(largestSubject(read, grant), {
    id: grant === "user" ? { add: new Map([...kept, ...clear("id")]), suppress: [] } : null,
    access: isV1
      ? null
      : {
          add: new Map([...clear("access"), ...sealed, ["cmv", `${map.name}@${map.revision}`]]),
          suppress: [],
          scopesToAdd: [...new Set(rules.flatMap((rule) => rule.written.add))],
          scopesToSuppress: [],
        },
    groups: "leave",
  });
}

function declaredWorst({ values }: KnownValues, name: string): number | null {
  const declaration = values.get(printReference(["user", name]))?.declaration;
  return declaration ? declaredBytes(declaration) : 0;
}

/** Text whose JSON has `bytes` bytes, as far as they count: what is in it does not matter. */
function filler(bytes: number | null): string {
  return "v".repeat(Math.max(0, Math.min(bytes ?? 0, COUNTED) - QUOTES));
}

function largestSubject({ map }: ReadMap, grant: Subject["grant"]): Subject {
  const region = "ap-southeast-99";
  // `openid` is what makes Cognito issue an ID token; together they are as long as the map says.
  const scopes = ["openid", "s".repeat(Math.max(0, map.limits.sentScopes - "openid ".length))];
  return {
    shape: map.pool.events === "V1" ? "V1" : "V2",
    poolId: "p".repeat(POOL_ID_BYTES),
    region,
    clientId: "c".repeat(CLIENT_ID_BYTES),
    grant,
    trigger: grant === "user" ? "TokenGeneration_HostedAuth" : "TokenGeneration_ClientCredentials",
    userName: "u".repeat(map.limits.username),
    sub: "s".repeat(SUB_BYTES),
    attributes: new Map(),
    groups: [],
    groupConfiguration: null,
    scopes,
    metadata: new Map(),
  };
}
