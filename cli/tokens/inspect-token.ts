import { shapeOf } from "../../attributes/value-shape.ts";
import type { Plan, PlanEnvelope } from "../../claims/plan.ts";
import { claimRule, type TokenKind } from "../../cognito/reserved-claims.ts";
import { SELF_SERVICE_SCOPES, STANDARD_ATTRIBUTES } from "../../cognito/standard-attributes.ts";
import { base64urlLength } from "../../crypto/base64url.ts";
import type { Json } from "../../crypto/strict-json.ts";
import { type EnvelopeAnatomy, envelopeAnatomy } from "./envelope-anatomy.ts";
import { personalLooking } from "./personal-looking.ts";
import type { Fields, TokenParts } from "./read-token.ts";

/** What a token shows to whoever holds it, without a key and without verifying anything. */
export type Inspection = {
  readonly token: TokenKind | "unknown";
  readonly bytes: number;
  /** The claim map and revision it says it was made by. */
  readonly cmv: string | null;
  readonly claims: readonly InspectedClaim[];
  readonly findings: readonly InspectionFinding[];
};

export type InspectedClaim = {
  readonly name: string;
  /** Of the token, base64url included. */
  readonly bytes: number;
  /** Who wrote it, as names tell: `attribute` is the user pool's. */
  readonly by: "cognito" | "attribute" | "claimseal" | "trigger";
  /** As the claim map has it; null without one, and for what is none of its claims. */
  readonly class: string | null;
  /** The value's type and length. */
  readonly shape: string;
  /** Of standard technical claims, of `cmv`, and of all where they are revealed. */
  readonly value?: Json;
  readonly envelope?: EnvelopeAnatomy | { readonly problem: string };
  /** The claims that the map seals in this envelope, in any profile. */
  readonly holds?: readonly string[];
};

export type InspectionFinding = {
  readonly level: "warning" | "info";
  readonly claim: string | null;
  readonly message: string;
};

/** Technical claims that are shown, where they have the form such claims have; others may stand in their place. */
const SHOWN: { readonly [claim: string]: (value: Json) => boolean } = {
  aud: isClientId,
  auth_time: Number.isSafeInteger,
  client_id: isClientId,
  // Not where it could be an email address: those have an `@` as well.
  cmv: (value) =>
    typeof value === "string" && /^[\w.-]{1,64}@[\w.:-]{1,64}$/.test(value) && !/\.[a-z]{2,}$/i.test(value),
  exp: Number.isSafeInteger,
  iat: Number.isSafeInteger,
  iss: (value) =>
    typeof value === "string" && /^https:\/\/[a-z0-9.-]+\.amazonaws\.[a-z.]+\/[a-z0-9-]+_[A-Za-z0-9]+$/.test(value),
  scope: (value) => typeof value === "string" && value.split(" ").every((each) => /^[\w.:/-]+$/.test(each)),
  token_use: (value) => value === "access" || value === "id",
  version: Number.isSafeInteger,
};

/** Takes a token apart, claim by claim. `plan` names classes and what envelopes hold. */
export function inspectToken({ payload, bytes }: TokenParts, plan: Plan | null, reveal: boolean): Inspection {
  const { token_use: use, cmv } = payload;
  const token: Inspection["token"] = use === "access" || use === "id" ? use : "unknown";
  const claims = Object.entries(payload).map(([name, value]) => inspectClaim(token, name, value, plan, reveal));
  return {
    token,
    bytes,
    cmv: isShown("cmv", cmv) ? (cmv as string) : null,
    claims,
    findings: [...aboutToken(token, payload, plan), ...claims.flatMap((claim) => aboutClaim(token, claim, payload))],
  };
}

function inspectClaim(
  token: Inspection["token"],
  name: string,
  value: Json,
  plan: Plan | null,
  reveal: boolean,
): InspectedClaim {
  const isSealed = name.startsWith("sealed_");
  const envelopes = plan && isSealed ? envelopesOf(plan, name) : null;
  return {
    name,
    bytes: base64urlLength(Buffer.byteLength(`${JSON.stringify(name)}:${JSON.stringify(value)},`)),
    by: writerOf(token, name),
    class: plan && classOf(plan, token, name),
    shape: shapeOf(value),
    // An envelope tells more by its parts than by its characters.
    ...(((reveal && !isSealed) || isShown(name, value)) && { value }),
    ...(isSealed && { envelope: anatomy(value, envelopes?.some(({ padTo }) => padTo !== undefined) ?? false) }),
    ...(envelopes && { holds: [...new Set(envelopes.flatMap(({ claims }) => claims))] }),
  };
}

function writerOf(token: Inspection["token"], name: string): InspectedClaim["by"] {
  if (name === "cmv" || name.startsWith("sealed_")) return "claimseal";
  if (claimRule(token === "id" ? "id" : "access", name) !== "free") return "cognito";
  const isAttribute = STANDARD_ATTRIBUTES.includes(name) || name.startsWith("custom:");
  return token === "id" && isAttribute ? "attribute" : "trigger";
}

function classOf({ profiles }: Plan, token: Inspection["token"], name: string): string | null {
  if (token === "unknown") return null;
  const written = profiles
    .flatMap(({ claims }) => claims)
    .find((claim) => claim.name === name && claim.to.includes(token));
  return written?.class ?? null;
}

/** The envelopes that a map puts into a claim, one for each profile that does. */
function envelopesOf({ resourceServers, profiles }: Plan, claim: string): readonly PlanEnvelope[] {
  const servers = Object.entries(resourceServers).flatMap(([name, server]) => (server.claim === claim ? [name] : []));
  return profiles.flatMap(({ envelopes }) => envelopes).filter((each) => servers.includes(each.resourceServer));
}

function anatomy(value: Json, isPaddedToMost: boolean): ReturnType<typeof envelopeAnatomy> {
  const found = envelopeAnatomy(value);
  if ("problem" in found || !isPaddedToMost) return found;
  return { ...found, plaintextBytes: { ...found.plaintextBytes, least: 1 } };
}

function aboutToken(token: Inspection["token"], payload: Fields, plan: Plan | null): readonly InspectionFinding[] {
  const info = (message: string): InspectionFinding => ({ level: "info", claim: null, message });
  const warning = (claim: string | null, message: string): InspectionFinding => ({ level: "warning", claim, message });
  if (token === "id") {
    return [
      info("an ID token: it tells an app who signed in. If it was sent to an API, send the access token instead"),
    ];
  }
  if (token === "unknown") return [warning("token_use", "is neither access nor id: Cognito did not issue this token")];
  const { scope, cmv } = payload;
  const granted = typeof scope === "string" ? scope.split(" ") : [];
  const selfService = SELF_SERVICE_SCOPES.filter((each) => granted.includes(each));
  const map = typeof cmv === "string" ? cmv.split("@")[0] : undefined;
  return [
    ...(selfService.length > 0
      ? [warning("scope", `has ${selfService.join(", ")}: whoever holds the token can ask Cognito for the profile`)]
      : []),
    ...(cmv === undefined ? [info("no cmv: no claim map has made this token")] : []),
    ...(plan && map !== undefined && map !== plan.name ? [warning("cmv", "names another claim map than --map")] : []),
  ];
}

function aboutClaim(
  token: Inspection["token"],
  { name, by, class: level, envelope }: InspectedClaim,
  payload: Fields,
): readonly InspectionFinding[] {
  const warning = (message: string): readonly InspectionFinding[] => [{ level: "warning", claim: name, message }];
  if (envelope) return "problem" in envelope ? warning(`no service will open it: it ${envelope.problem}`) : [];
  if (token !== "access") return [];
  const value = payload[name] ?? null;
  if (name === "username") {
    const isPersonal = value !== payload["sub"] && !(typeof value === "string" && /^[0-9a-f-]{36}$/.test(value));
    return isPersonal ? warning("is neither the sub nor a UUID, and stands in every access token") : [];
  }
  if (by === "cognito" || by === "claimseal") return [];
  if (level !== null && level !== "open") return warning(`is ${level} by the map and stands in the clear`);
  // A map that calls it open has been asked, and has an answer.
  if (level === "open") return [];
  const why = personalLooking(name, value);
  return why === null ? [] : warning(`looks personal and stands in the clear for every API and log: ${why}`);
}

function isShown(name: string, value: Json | undefined): boolean {
  const isRight = Object.hasOwn(SHOWN, name) ? SHOWN[name] : undefined;
  return isRight !== undefined && value !== undefined && isRight(value);
}

function isClientId(value: Json): boolean {
  return typeof value === "string" && /^[a-z0-9]{1,128}$/.test(value);
}
