import type { MapPath, ReadMap } from "../claim-map.ts";
import { CLIENT_ID_BYTES, type KnownValues, SUB_BYTES } from "../language/known-values.ts";
import { printReference } from "../language/reference.ts";
import type { Literal, SealMode } from "../plan.ts";
import type { CompiledClaim, CompiledProfile } from "./compiled-profile.ts";
import { type DeclarationOf, literalBytes, worstBytes } from "./json-size.ts";

/** A claim inside an envelope, with the most bytes its value can have; null without bounds. */
export type SealedClaim = { readonly name: string; readonly path: MapPath; readonly worst: number | null };

/** One envelope of a profile as the map implies it. */
export type EnvelopePlan = {
  readonly resourceServer: string;
  readonly mode: SealMode;
  readonly claims: readonly SealedClaim[];
  /**
   * Why all envelopes of this kind must have one length: a `sensitive` value is inside or decides, clear claims are
   * dropped by the size of the token, which would tell the length of what is sealed, or the map asks for it.
   */
  readonly oneLength: "sensitive" | "drop" | "pad" | null;
  /** The most bytes its plaintext can have, padded; claims without bounds are counted at their least. */
  readonly plaintextBytes: number;
};

/** Bytes a plaintext grows by (`docs`: the envelope's format); its length tells the number of these and no more. */
const PADDING_STEP = 64;
/** `eu-central-1_AbCdEfGhI`, in the region with the longest name. */
export const POOL_ID_BYTES = 25;
/** Ten digits, as `iat` has until the year 2286. */
const LATEST = 9_999_999_999;
/** A claim without a value is `null`. */
const NULL_BYTES = 4;

/** The envelopes of a profile: one for each resource server something is sealed for, in the map's order. */
export function planEnvelopes(read: ReadMap, known: KnownValues, profile: CompiledProfile): readonly EnvelopePlan[] {
  return Object.keys(read.map.resourceServers).flatMap((resourceServer) => {
    const inside = profile.claims.filter(({ written }) => written.sealFor.includes(resourceServer));
    if (inside.length === 0) return [];
    const { seal, identifier = "" } = read.map.resourceServers[resourceServer] ?? {};
    const mode = seal?.mode ?? "envelope";
    const claims = inside.map((claim) => ({
      name: claim.name,
      path: claim.value.path,
      worst: worstOfClaim(known, claim),
    }));
    return [
      {
        resourceServer,
        mode,
        claims,
        oneLength: inside.some((claim) => isSensitive(known, claim))
          ? "sensitive"
          : read.map.limits.onOversize === "drop"
            ? "drop"
            : seal?.pad === "max"
              ? "pad"
              : null,
        plaintextBytes: padded(
          plaintextBytes(claims, {
            sub: "s".repeat(profile.isMachine ? CLIENT_ID_BYTES : SUB_BYTES),
            iat: LATEST,
            ...(mode === "asymmetric" && { aud: identifier, pool: "p".repeat(POOL_ID_BYTES) }),
            ...(seal?.bindClient && { client_id: "c".repeat(longestClientId(profile)) }),
          }),
        ),
      },
    ];
  });
}

/** Of the clients a profile names; one that only the environment names can be any. */
function longestClientId({ written }: CompiledProfile): number {
  const lengths = written.match.clients.map((id) => (/^[A-Za-z0-9_+]+$/.test(id) ? id.length : CLIENT_ID_BYTES));
  return Math.max(0, ...lengths);
}

/** The most bytes a claim's value can have; null without bounds, 0 where its expression did not compile. */
export function worstOfClaim(known: KnownValues, { value, written }: CompiledClaim): number | null {
  if (value.compiled === null) return 0;
  const bytes = worstBytes(value.compiled.expr, declarationsOf(known));
  if (written.otherwise === undefined || bytes === null) return bytes;
  return Math.max(bytes, literalBytes(written.otherwise));
}

/** What was declared, by reference. */
export function declarationsOf({ values }: KnownValues): DeclarationOf {
  return (reference) => values.get(printReference(reference))?.declaration;
}

/** Its value or its condition reads something `sensitive`: its length must not tell either. */
function isSensitive({ values }: KnownValues, { value, when }: CompiledClaim): boolean {
  const reads = [...value.reads, ...(when?.reads ?? [])];
  return reads.some(({ reference }) => values.get(printReference(reference))?.declaration.class === "sensitive");
}

/** `{<binding>,<claims>}`. In mode `direct` the subject is counted too, though KMS keeps it elsewhere. */
function plaintextBytes(claims: readonly SealedClaim[], binding: { readonly [name: string]: Literal }): number {
  return claims.reduce(
    (total, { name, worst }) => total + 1 + literalBytes(name) + 1 + Math.max(worst ?? 0, NULL_BYTES),
    literalBytes(binding),
  );
}

function padded(bytes: number): number {
  return Math.ceil(bytes / PADDING_STEP) * PADDING_STEP;
}
