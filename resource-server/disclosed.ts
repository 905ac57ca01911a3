import { isReservedClaim } from "../cognito/reserved-claims.ts";
import { DIGEST_ALGORITHM, DIGEST_NAMES, digestOf, holdsDigests, readDisclosure } from "../crypto/disclosure.ts";
import type { Json } from "../crypto/strict-json.ts";
import { OpenerError } from "./opener-error.ts";
import type { VerifiedToken } from "./verify-access-token.ts";

/** More than any token of 16 KiB has digests for. */
const MAX_DISCLOSURES = 256;

/**
 * The claims that come with a verified token in disclosures, by name: those whose digests the token has, and no others
 * (RFC 9901 section 7.1, for tokens whose digests all stand at the top).
 *
 * @throws {OpenerError} `DIGESTS_MALFORMED` for a token whose digests cannot be relied on, `DISCLOSURE_MALFORMED`,
 * `DISCLOSURE_REPEATED`, `DISCLOSURE_FOREIGN`, `DISCLOSURE_NAME`. One bad disclosure spoils all.
 */
export function disclosedClaims(token: VerifiedToken, disclosures: readonly string[] = []): ReadonlyMap<string, Json> {
  const digests = digestsOf(token);
  if (disclosures.length > MAX_DISCLOSURES) {
    throw new OpenerError("DISCLOSURE_MALFORMED", `there are more than ${MAX_DISCLOSURES} disclosures`);
  }
  const used = new Set<string>();
  const claims = new Map<string, Json>();
  for (const text of disclosures) {
    const disclosure = typeof text === "string" ? readDisclosure(text) : null;
    if (disclosure === null) {
      throw new OpenerError("DISCLOSURE_MALFORMED", "a disclosure is not base64url of a salt, a name and a value");
    }
    const digest = digestOf(text);
    if (used.has(digest)) throw new OpenerError("DISCLOSURE_REPEATED", "a disclosure came twice");
    used.add(digest);
    // Before its name is looked at: of what nobody signed, nothing is told.
    if (!digests.has(digest)) throw new OpenerError("DISCLOSURE_FOREIGN", "a disclosure is not of this token");
    const { name, value } = disclosure;
    if (isTaken(name) || Object.hasOwn(token, name) || claims.has(name)) {
      throw new OpenerError("DISCLOSURE_NAME", "a disclosure has the name of a claim that is there, or is reserved");
    }
    claims.set(name, value);
  }
  return claims;
}

/** The claims of a token that are not about its digests, without a prototype. */
export function withoutDigests<Claims>(claims: Claims): Claims {
  const others = Object.entries(claims as VerifiedToken).filter(([name]) => !DIGEST_NAMES.includes(name));
  return Object.freeze(Object.assign(Object.create(null), Object.fromEntries(others)) as Claims);
}

/** The digests of a token: none without `_sd`. */
function digestsOf(token: VerifiedToken): ReadonlySet<string> {
  const own = (name: string): Json | undefined => (Object.hasOwn(token, name) ? token[name] : undefined);
  const { _sd: _digests, _sd_alg: _algorithm, ...others } = token;
  if (holdsDigests(others as Json)) throw malformed("has digests below its top level");
  const algorithm = own("_sd_alg") ?? DIGEST_ALGORITHM;
  if (algorithm !== DIGEST_ALGORITHM) throw malformed(`has digests other than ${DIGEST_ALGORITHM}`);
  const digests = own("_sd") ?? [];
  if (!Array.isArray(digests) || !digests.every((digest) => typeof digest === "string")) {
    throw malformed("has a claim _sd that is no list of digests");
  }
  const distinct = new Set<string>(digests);
  if (distinct.size < digests.length) throw malformed("has a digest twice");
  return distinct;
}

/** What Cognito, the map's own stamp, envelopes and RFC 9901 call a claim: a holder's choice decides none of them. */
function isTaken(name: string): boolean {
  return isReservedClaim("access", name) || name === "cmv" || name.startsWith("sealed_") || DIGEST_NAMES.includes(name);
}

function malformed(problem: string): OpenerError {
  return new OpenerError("DIGESTS_MALFORMED", `the token ${problem}`);
}
