import type { Subject } from "../cognito/subject.ts";
import { estimateTokenBytes } from "../cognito/token-size.ts";
import type { ReadMap } from "./claim-map.ts";
import { finding } from "./codes.ts";
import { type CompiledClaim, type CompiledProfile, keptGroups } from "./compiled-profile.ts";
import { envelopeClaim } from "./envelope-claim.ts";
import { declarationsOf, type EnvelopePlan, worstOfClaim } from "./envelope-plan.ts";
import type { Finding } from "./finding.ts";
import { declaredBytes } from "./json-size.ts";
import { CLIENT_ID_BYTES, type KnownValues, SUB_BYTES } from "./known-values.ts";
import { printReference } from "./reference.ts";

/** Bytes of the claim value that an envelope with a plaintext of `plaintextBytes` makes. */
export type EnvelopeBytes = (plaintextBytes: number) => number;

/** Readers refuse a larger plaintext. */
const MAX_PLAINTEXT_BYTES = 4_096;

/**
 * CS6xx: the worst case of everything a profile issues, against the limits. A claim without bounds is a warning and
 * counts nothing here; at run time it meets `onOversize`.
 */
export function checkSizes(
  read: ReadMap,
  known: KnownValues,
  profile: CompiledProfile,
  envelopes: readonly EnvelopePlan[],
  envelopeBytes: EnvelopeBytes,
): readonly Finding[] {
  return [
    ...unboundedClaims(read, known, profile, envelopes),
    ...unboundedKept(read, known, profile),
    ...largeEnvelopes(read, profile, envelopes),
    ...largeTokens(read, known, profile, envelopes, envelopeBytes),
  ];
}

function unboundedClaims(
  read: ReadMap,
  known: KnownValues,
  { claims }: CompiledProfile,
  envelopes: readonly EnvelopePlan[],
): readonly Finding[] {
  const reasons = new Map(
    envelopes.flatMap(({ oneLength, claims: inside }) => inside.map(({ name }) => [name, oneLength] as const)),
  );
  return claims
    .filter((claim) => worstOfClaim(known, claim) === null)
    .map((claim) => {
      const { path } = claim.value;
      const { what, fix } = withoutBounds(known, claim);
      const at = read.within(path, 0);
      const reason = reasons.get(claim.name) ?? null;
      if (reason === null) return finding("CS601", path, at, `nothing bounds ${what}`, fix);
      const why = reason === "sensitive" ? "a sensitive value" : "`onOversize: drop`";
      return finding("CS603", path, at, `nothing bounds ${what}, in an envelope that ${why} keeps at one length`, fix);
    });
}

/** What stays in the ID token counts as much as what is put there. */
function unboundedKept(read: ReadMap, known: KnownValues, { path, written }: CompiledProfile): readonly Finding[] {
  const { access, id } = keptGroups(written);
  const groups = access === "keep" || id === "keep" ? [{ name: "groups", place: [...path, "groups"] }] : [];
  const attributes = (written.idToken?.keep ?? []).map((name, index) => ({
    name,
    place: [...path, "idToken", "keep", String(index)],
  }));
  return [...attributes, ...groups].flatMap(({ name, place }) => {
    const input = printReference(["user", name]);
    const declaration = known.values.get(input)?.declaration;
    if (declaration === undefined || declaredBytes(declaration) !== null) return [];
    return [finding("CS601", place, read.at(place), `nothing bounds \`${input}\``, boundsFix(`\`${input}\``))];
  });
}

function largeEnvelopes(
  read: ReadMap,
  { path }: CompiledProfile,
  envelopes: readonly EnvelopePlan[],
): readonly Finding[] {
  return envelopes
    .filter(({ plaintextBytes }) => plaintextBytes > MAX_PLAINTEXT_BYTES)
    .map(({ resourceServer, plaintextBytes }) => {
      const place = [...path, "claims"];
      const message = `the envelope for ${resourceServer} can have ${plaintextBytes} bytes; ${MAX_PLAINTEXT_BYTES} is the most`;
      return finding("CS603", place, read.at(place), message, "Lower the bounds, or seal fewer claims for it.");
    });
}

function largeTokens(
  read: ReadMap,
  known: KnownValues,
  profile: CompiledProfile,
  envelopes: readonly EnvelopePlan[],
  envelopeBytes: EnvelopeBytes,
): readonly Finding[] {
  const sizes = profile.written.match.grants.map((grant) =>
    worstTokens(read, known, profile, envelopes, envelopeBytes, grant),
  );
  const [access, id] = [Math.max(0, ...sizes.map((size) => size.access)), Math.max(0, ...sizes.map((size) => size.id))];
  const { accessToken, idToken } = read.map.limits;
  const over = (code: string, token: string, bytes: number, key: string, limit: number): readonly Finding[] =>
    bytes <= limit
      ? []
      : [
          finding(
            code,
            profile.path,
            read.at(profile.path),
            `the ${token} token can have ${bytes} bytes; \`limits.${key}\` is ${limit}`,
            `Lower the bounds, emit less, or raise \`limits.${key}\` if every reader takes it.`,
          ),
        ];
  return [
    ...over("CS602", "access", access, "accessToken", accessToken),
    ...over("CS604", "ID", id, "idToken", idToken),
  ];
}

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
  const kept = (written.idToken?.keep ?? []).map((name) => [name, filler(declaredWorst(known, name))] as const);
  const sealed = envelopes.map(
    ({ resourceServer, plaintextBytes }) =>
      [envelopeClaim(resourceServer), "e".repeat(envelopeBytes(plaintextBytes))] as const,
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

/** Text whose JSON has `bytes` bytes: at this length, what is in it does not matter. */
function filler(bytes: number | null): string {
  return "v".repeat(Math.max(0, (bytes ?? 0) - 2));
}

function largestSubject({ map }: ReadMap, grant: Subject["grant"]): Subject {
  const region = "ap-southeast-99";
  // `openid` is what makes Cognito issue an ID token; together they are as long as the map says.
  const scopes = ["openid", "s".repeat(Math.max(0, map.limits.sentScopes - "openid ".length))];
  return {
    shape: map.pool.events === "V1" ? "V1" : "V2",
    poolId: `${region}_${"p".repeat(9)}`,
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

/** Which of the values an expression reads has no bounds; where all have some, what it makes of them has none. */
function withoutBounds(
  known: KnownValues,
  { value, name }: CompiledClaim,
): { readonly what: string; readonly fix: string } {
  const declarationOf = declarationsOf(known);
  const unbounded = value.reads.flatMap(({ reference }) => {
    const declaration = declarationOf(reference);
    return declaration && declaredBytes(declaration) === null ? [`\`${printReference(reference)}\``] : [];
  });
  if (unbounded.length === 0) {
    return {
      what: `what \`${name}\` works out`,
      fix: "Read a bounded value as it is, or let the table hold the result.",
    };
  }
  const names = [...new Set(unbounded)].join(", ");
  return { what: names, fix: boundsFix(names) };
}

function boundsFix(names: string): string {
  return `Declare \`maxLength\` or \`values\` of ${names}; \`maxItems\` too for a list or a map.`;
}
