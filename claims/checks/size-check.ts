import type { ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { KnownValues } from "../language/known-values.ts";
import { printReference } from "../language/reference.ts";
import { type CompiledClaim, type CompiledProfile, keptGroups, keptInputs } from "./compiled-profile.ts";
import { consumerCeilings } from "./consumer-ceilings.ts";
import { declarationsOf, type EnvelopePlan, worstOfClaim } from "./envelope-plan.ts";
import { declaredBytes } from "./json-size.ts";
import { COUNTED, type WorstTokens } from "./worst-tokens.ts";

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
  worst: WorstTokens,
): readonly Finding[] {
  return [
    ...unboundedClaims(read, known, profile, envelopes),
    ...unboundedKept(read, known, profile),
    ...largeEnvelopes(read, profile, envelopes),
    ...largeTokens(read, profile, worst),
  ];
}

function unboundedClaims(
  read: ReadMap,
  known: KnownValues,
  { claims }: CompiledProfile,
  envelopes: readonly EnvelopePlan[],
): readonly Finding[] {
  const reasons = new Map(
    envelopes.flatMap(({ oneLength, claims: inside }) =>
      oneLength === null ? [] : inside.map(({ name }) => [name, oneLength] as const),
    ),
  );
  return claims
    .filter((claim) => worstOfClaim(known, claim) === null)
    .map((claim) => {
      const { path } = claim.value;
      const { what, fix } = withoutBounds(known, claim);
      const at = read.within(path, 0);
      const reason = reasons.get(claim.name);
      if (reason === undefined) return finding("CS601", path, at, `nothing bounds ${what}`, fix);
      const why = { sensitive: "a sensitive value", drop: "`onOversize: drop`", pad: "`seal.pad: max`" }[reason];
      return finding("CS603", path, at, `nothing bounds ${what}, in an envelope that ${why} keeps at one length`, fix);
    });
}

/** What stays in the ID token counts as much as what is put there. */
function unboundedKept(read: ReadMap, known: KnownValues, { path, written }: CompiledProfile): readonly Finding[] {
  const { access, id } = keptGroups(written);
  const groups = access === "keep" || id === "keep" ? [{ name: "groups", place: [...path, "groups"] }] : [];
  const { idToken } = written;
  const attributes = keptInputs(read.map, idToken).map((name, index) => ({
    name,
    place: idToken?.keep ? [...path, "idToken", "keep", String(index)] : [...path, "idToken"],
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

function largeTokens(read: ReadMap, profile: CompiledProfile, { counted }: WorstTokens): readonly Finding[] {
  const { access, id } = counted;
  const { accessToken, idToken } = read.map.limits;
  const over = (code: string, token: string, bytes: number, key: string, limit: number): readonly Finding[] =>
    bytes <= limit
      ? []
      : [
          finding(
            code,
            profile.path,
            read.at(profile.path),
            `the ${token} token can have ${bytes > COUNTED ? `more than ${COUNTED}` : bytes} bytes; \`limits.${key}\` is ${limit}`,
            `Lower the bounds, emit less, or raise \`limits.${key}\` if every reader takes it.`,
          ),
        ];
  return [
    ...over("CS602", "access", access, "accessToken", accessToken),
    ...over("CS604", "ID", id, "idToken", idToken),
    ...(access > accessToken ? [] : consumerCeilings(read, profile.path, access)),
  ];
}

/** Which of the values an expression reads has no bounds; where all have some, what it makes of them has none. */
function withoutBounds(
  known: KnownValues,
  { value, name }: CompiledClaim,
): { readonly what: string; readonly fix: string } {
  const declarationOf = declarationsOf(known);
  const unbounded = value.reads.flatMap(({ reference }) => {
    // Rows are bounded by the limit of their query; what is in them may not be.
    if (reference.length === 1 && known.rows.has(reference[0])) return [];
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
