import { foldClaimName, isReservedClaim, type TokenKind } from "../../cognito/reserved-claims.ts";
import type { MapPath, ReadMap, WrittenClaim } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import { OUTSIDE_ROOTS, ROOTS } from "../language/language.ts";
import { closeName } from "../shape/close-name.ts";
import { code } from "../shape/place.ts";
import { envelopeClaim } from "./envelope-claim.ts";
import { partsOf } from "./profile-parts.ts";

/** Members of an envelope's plaintext that bind it to one token. No claim may stand under such a name. */
export const ENVELOPE_NAMES: ReadonlySet<string> = new Set([
  "sub",
  "iat",
  "exp",
  "nbf",
  "iss",
  "aud",
  "jti",
  "pool",
  "client_id",
]);

/**
 * Keywords, words reserved for the languages CEL is embedded in, and types that CEL makes by a function.
 * Source: CEL language definition, "Syntax" and "Timestamps and durations".
 */
const CEL_WORDS: ReadonlySet<string> = new Set(
  (
    "false in null true as break const continue else for function if import let loop package namespace return var " +
    "void while timestamp duration"
  ).split(" "),
);

const CLAIM_NAME = /^[A-Za-z0-9_:./-]+$/;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const IDENTIFIER_WITH_DASHES = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/;

type Named = { readonly code: string; readonly path: MapPath; readonly message: string; readonly fix: string };

/** CS2xx: names that Cognito, the envelope or the language give a meaning of their own, and names too much alike. */
export function checkNames(read: ReadMap): readonly Finding[] {
  const { profiles, resourceServers, sources, claimSets } = read.map;
  const places = [
    ...Object.entries(profiles).map(([name, { claims }]) => ({ claims, at: ["profiles", name, "claims"] })),
    ...Object.entries(claimSets).map(([name, { claims }]) => ({ claims, at: ["claimSets", name, "claims"] })),
  ];
  const found: readonly (Named | undefined)[] = [
    ...Object.keys(sources).map((name) => sourceName(name, ["sources", name])),
    ...Object.keys(resourceServers).map((name) => plainName(name, ["resourceServers", name], "resource server")),
    ...Object.keys(profiles).map((name) => plainName(name, ["profiles", name], "profile")),
    ...sharedEnvelopes(read),
    ...sharedIdentifiers(read),
    ...places.flatMap(({ claims, at }) => [
      ...Object.entries(claims).map(([name, claim]) => claimName(name, claim, [...at, name])),
      ...twins(Object.keys(claims), at),
      ...Object.entries(claims).flatMap(([name, claim]) => unsealable(claim, [...at, name, "sealFor"], read)),
    ]),
    ...Object.keys(profiles).flatMap((name) => sharedTwins(name, read)),
  ];
  return found
    .filter((one) => one !== undefined)
    .map((one) => finding(one.code, one.path, read.at(one.path), one.message, one.fix));
}

function sourceName(name: string, path: MapPath): Named | undefined {
  const fix = "Rename the source, and what reads it.";
  if (!IDENTIFIER.test(name)) {
    const message = `source ${code(name)} cannot be written in an expression`;
    return { code: "CS208", path, message, fix: "Use letters, digits and `_`, at most 64, and start with a letter." };
  }
  const meaning = ROOTS.has(name)
    ? "what the language calls by that name"
    : CEL_WORDS.has(name) || OUTSIDE_ROOTS.has(name)
      ? "a word of CEL"
      : undefined;
  if (meaning === undefined) return undefined;
  return { code: "CS207", path, message: `source ${code(name)} hides ${meaning}`, fix };
}

function plainName(name: string, path: MapPath, noun: "resource server" | "profile"): Named | undefined {
  if (IDENTIFIER_WITH_DASHES.test(name)) return undefined;
  const place = noun === "profile" ? "a decision record" : "the name of its claim";
  const fix = "Use letters, digits, `_` and `-`, at most 64.";
  return { code: "CS208", path, message: `${noun} ${code(name)} cannot be written in ${place}`, fix };
}

/** The first thing wrong with a claim's name: one is enough to rename it. */
function claimName(name: string, { to, sealFor }: WrittenClaim, path: MapPath): Named | undefined {
  const folded = foldClaimName(name);
  const reserved = (found: string, what: string): Named => ({
    code: folded === name ? found : "CS205",
    path,
    message:
      folded === name ? `claim ${code(name)} is ${what}` : `claim ${code(name)} reads like ${code(folded)}, ${what}`,
    fix: "Choose another name.",
  });
  if (folded.startsWith("sealed_") || folded === "cmv") return reserved("CS203", "kept for claimseal itself");
  const token = to.find((one: TokenKind) => isReservedClaim(one, name));
  if (token !== undefined) return reserved("CS201", `kept by Cognito in ${token === "id" ? "ID" : "access"} tokens`);
  if (sealFor.length > 0 && ENVELOPE_NAMES.has(folded)) return reserved("CS202", "kept for what binds an envelope");
  if (CLAIM_NAME.test(name)) return undefined;
  const message = `claim ${code(name)} has characters that not every gateway lets pass`;
  return { code: "CS204", path, message, fix: "Use `A-Z`, `a-z`, `0-9` and `_ : . / -` only." };
}

function twins(names: readonly string[], path: MapPath): readonly Named[] {
  return names.flatMap((name, index) => {
    const twin = names.slice(0, index).find((other) => foldClaimName(other) === foldClaimName(name));
    if (twin === undefined) return [];
    const message = `claims ${code(twin)} and ${code(name)} differ in nothing but case`;
    return [{ code: "CS205", path: [...path, name], message, fix: "Rename one of the two." }];
  });
}

/** Twins of which one comes from a claim set; exact ones are CS212. */
function sharedTwins(profile: string, { map }: ReadMap): readonly Named[] {
  const { claims } = partsOf(map, profile);
  const own = Object.keys(map.profiles[profile]?.claims ?? {});
  return claims.flatMap(({ name, path }) => {
    if (own.includes(name)) return [];
    const twin = claims.find((other) => other.name !== name && foldClaimName(other.name) === foldClaimName(name));
    if (twin === undefined || twin.path[1] === path[1]) return [];
    const message = `claims ${code(twin.name)} and ${code(name)} differ in nothing but case`;
    return [{ code: "CS205", path, message, fix: "Rename one of the two." }];
  });
}

function sharedEnvelopes({ map }: ReadMap): readonly Named[] {
  const names = Object.keys(map.resourceServers);
  return names.flatMap((name, index) => {
    const claim = envelopeClaim(name);
    const twin = names.slice(0, index).find((other) => envelopeClaim(other).toLowerCase() === claim.toLowerCase());
    if (twin === undefined) return [];
    const message = `resource servers ${code(twin)} and ${code(name)} share the claim ${code(claim)}`;
    return [{ code: "CS206", path: ["resourceServers", name], message, fix: "Rename one of the two." }];
  });
}

function sharedIdentifiers({ map }: ReadMap): readonly Named[] {
  const servers = Object.entries(map.resourceServers);
  return servers.flatMap(([name, { identifier }], index) => {
    const twin = servers.slice(0, index).find(([, other]) => other.identifier === identifier);
    if (twin === undefined) return [];
    const message = `resource servers ${code(twin[0])} and ${code(name)} have the same \`identifier\``;
    const path = ["resourceServers", name, "identifier"];
    return [{ code: "CS210", path, message, fix: "Give each its own, or merge the two." }];
  });
}

function unsealable({ sealFor }: WrittenClaim, path: MapPath, { map, broken }: ReadMap): readonly Named[] {
  return sealFor.flatMap((name, index) => {
    const here = [...path, String(index)];
    const server = Object.hasOwn(map.resourceServers, name) ? map.resourceServers[name] : undefined;
    if (broken(["resourceServers", name])) return [];
    if (server === undefined) {
      const close = closeName(name, Object.keys(map.resourceServers));
      const fix = close === undefined ? `Declare ${code(name)} under \`resourceServers\`.` : `Write ${code(close)}.`;
      return [{ code: "CS209", path: here, message: `there is no resource server ${code(name)}`, fix }];
    }
    if (server.seal !== undefined || broken(["resourceServers", name, "seal"])) return [];
    const fix = `Add \`seal: { key: "\${env:NAME}" }\` to resource server ${code(name)}.`;
    return [{ code: "CS209", path: here, message: `resource server ${code(name)} has no \`seal\``, fix }];
  });
}
