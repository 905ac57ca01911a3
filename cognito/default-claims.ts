import type { JsonValue } from "./json.ts";
import { isFields } from "./own-fields.ts";
import { ADMIN_SCOPE, VERIFIED_FLAGS } from "./standard-attributes.ts";
import type { Subject } from "./subject.ts";
import { idTokenShows, isApiSignIn, isProfileAttribute } from "./visible-profile.ts";

/** What Cognito itself fills in when it issues tokens. Times are seconds since the epoch; all of it has a stand-in. */
export type Issued = {
  readonly iat?: number;
  readonly exp?: { readonly id: number; readonly access: number };
  readonly authTime?: number;
  readonly jti?: { readonly id: string; readonly access: string };
  readonly originJti?: string;
  readonly eventId?: string;
  /** The scopes of a V1 event, which names none; an API sign-in's are the stand-in. Assumed: v1-scopes. */
  readonly scopes?: readonly string[];
  /** Cognito has more than one form of issuer; the original one is the stand-in. */
  readonly issuer?: string;
  /** These have no stand-in: left out, the token goes without. */
  readonly deviceKey?: string;
  readonly nonce?: string;
  readonly atHash?: string;
  readonly acr?: string;
  readonly amr?: readonly string[];
};

/** Both tokens before any trigger had its say; no ID token for machines, nor for a sign-in without `openid`. */
export type DefaultClaims = {
  readonly id: ReadonlyMap<string, JsonValue> | null;
  readonly access: ReadonlyMap<string, JsonValue>;
};

const STAND_IN = "00000000-0000-4000-8000-00000000000";
const STAND_IN_TIME = 1_763_800_000;

/**
 * The claims Cognito puts into the tokens of `subject`.
 *
 * Source: Amazon Cognito developer guide, "Understanding the identity (ID) token" and "Understanding the access token".
 */
export function defaultClaims(subject: Subject, issued: Issued = {}): DefaultClaims {
  const scopes = sentScopes(subject, issued);
  if (subject.grant === "client_credentials") return { id: null, access: machineClaims(subject, issued, scopes) };
  const shows = idTokenShows(scopes);
  return { id: shows && idClaims(subject, issued, shows), access: accessClaims(subject, issued, scopes) };
}

/** The scopes of the sign-in, before the trigger's changes. */
export function sentScopes({ shape, grant, scopes }: Subject, issued: Issued = {}): readonly string[] {
  if (shape === "V2") return scopes;
  return issued.scopes ?? (grant === "user" ? [ADMIN_SCOPE] : []);
}

function idClaims(subject: Subject, issued: Issued, shows: (name: string) => boolean): ReadonlyMap<string, JsonValue> {
  const { groupConfiguration: groups } = subject;
  const role = groups?.preferredRole;
  const profile = [...subject.attributes].filter(
    ([name]) => isProfileAttribute(name) && shows(name) && name !== "identities",
  );
  return present([
    ...profile.map(([name, text]) => [name, idClaim(name, text)] as const),
    ["sub", subject.sub],
    ["at_hash", issued.atHash],
    ["cognito:groups", listed(groups?.groupsToOverride)],
    ["cognito:preferred_role", typeof role === "string" ? role : role?.[0]],
    ["cognito:roles", listed(groups?.iamRolesToOverride)],
    ["iss", issuer(subject, issued)],
    ["cognito:username", subject.userName],
    ["nonce", issued.nonce],
    ["origin_jti", issued.originJti ?? `${STAND_IN}1`],
    ["aud", subject.clientId],
    // Whatever the scopes: no scope opens it, and no trigger takes it out.
    ["identities", identities(subject.attributes.get("identities"))],
    ["event_id", issued.eventId ?? `${STAND_IN}2`],
    ["token_use", "id"],
    ...times(issued, "id"),
    ["jti", issued.jti?.id ?? `${STAND_IN}3`],
    ["acr", issued.acr],
    ["amr", issued.amr],
  ]);
}

function accessClaims(subject: Subject, issued: Issued, scopes: readonly string[]): ReadonlyMap<string, JsonValue> {
  return present([
    ["sub", subject.sub],
    ["device_key", issued.deviceKey],
    ["cognito:groups", listed(subject.groups)],
    ["iss", issuer(subject, issued)],
    // Tokens of the user pools API go without. Assumed: version-claim.
    ["version", isApiSignIn(scopes) ? undefined : 2],
    ["client_id", subject.clientId],
    ["origin_jti", issued.originJti ?? `${STAND_IN}1`],
    ["event_id", issued.eventId ?? `${STAND_IN}2`],
    ["token_use", "access"],
    ["scope", scopeClaim(scopes)],
    ...times(issued, "access"),
    ["jti", issued.jti?.access ?? `${STAND_IN}4`],
    ["username", subject.userName],
  ]);
}

/** A machine is its own subject. Assumed: machine-token. */
function machineClaims(subject: Subject, issued: Issued, scopes: readonly string[]): ReadonlyMap<string, JsonValue> {
  return present([
    ["sub", subject.clientId],
    ["token_use", "access"],
    ["scope", scopeClaim(scopes)],
    ...times(issued, "access"),
    ["iss", issuer(subject, issued)],
    ["version", 2],
    ["jti", issued.jti?.access ?? `${STAND_IN}4`],
    ["client_id", subject.clientId],
  ]);
}

/** The value of the `scope` claim; a token without scopes goes without it. Assumed: no-scope-claim. */
export function scopeClaim(scopes: readonly string[]): string | undefined {
  return scopes.length > 0 ? scopes.join(" ") : undefined;
}

function times(issued: Issued, token: "id" | "access"): readonly (readonly [string, number])[] {
  const iat = issued.iat ?? STAND_IN_TIME;
  return [
    ["auth_time", issued.authTime ?? iat],
    ["exp", issued.exp?.[token] ?? iat + 3600],
    ["iat", iat],
  ];
}

function issuer({ region, poolId }: Subject, issued: Issued): string {
  return issued.issuer ?? `https://cognito-idp.${region}.amazonaws.com/${poolId}`;
}

/** Attributes are text in the event; in the ID token a few of them are not. Assumed: text-attributes. */
function idClaim(name: string, text: string): JsonValue {
  if (name === "address") return { formatted: text };
  return VERIFIED_FLAGS.includes(name) ? text === "true" : text;
}

/**
 * The event holds identities as JSON text, where `primary` is a boolean and `dateCreated` a number; the ID token as an
 * array, with both as text. What cannot be read is left out, and the parser's complaint, which may quote it, with it.
 */
function identities(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter(isFields).map((item) => identity(item as Identity)) : undefined;
  } catch {
    return undefined;
  }
}

type Identity = { readonly [name: string]: JsonValue };

function identity(item: Identity): Identity {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      typeof value === "boolean" || typeof value === "number" ? String(value) : value,
    ]),
  );
}

/** Empty lists leave no claim. Assumed: empty-groups. */
function listed(items: readonly string[] | null | undefined): readonly string[] | undefined {
  return items && items.length > 0 ? items : undefined;
}

/** Later entries win over earlier ones: no attribute can pass itself off as what Cognito states. */
function present(entries: readonly (readonly [string, JsonValue | undefined])[]): ReadonlyMap<string, JsonValue> {
  const claims = new Map<string, JsonValue>();
  for (const [name, value] of entries) if (value !== undefined) claims.set(name, value);
  return claims;
}
