import { finalScopes, type GroupClaims, overrideGroups } from "./apply-changes.ts";
import { defaultClaims, type Issued, scopeClaim, sentScopes } from "./default-claims.ts";
import type { JsonValue } from "./json.ts";
import { canSuppress, GROUP_CLAIMS, type TokenKind } from "./reserved-claims.ts";
import type { GroupChange, SafeClaims, TokenChange } from "./safe-claims.ts";
import type { Subject } from "./subject.ts";
import type { TokenClaims } from "./token-claims.ts";

/** What a trigger is about to ask for. */
export type PlannedChanges = Pick<SafeClaims, "id" | "access" | "groups">;

/** Bytes of both tokens; 0 where there is no ID token. */
export type TokenSizes = { readonly access: number; readonly id: number };

/** Cognito signs with 2048-bit RSA keys and names them by 44 characters of base64. */
const SIGNATURE_BYTES = 256;
const HEADER_BYTES = JSON.stringify({ kid: "k".repeat(44), alg: "RS256" }).length;

const UUID = "00000000-0000-4000-8000-000000000000";

/**
 * The longest of everything the trigger cannot know. A longer nonce than this one, which the app chooses, and an `aud`
 * by resource binding come on top.
 */
const LONGEST: Omit<Required<Issued>, "issuer" | "scopes"> = {
  iat: 9_999_999_999,
  exp: { id: 9_999_999_999, access: 9_999_999_999 },
  authTime: 9_999_999_999,
  jti: { id: UUID, access: UUID },
  originJti: UUID,
  eventId: UUID,
  deviceKey: `ap-southeast-99_${UUID}`,
  nonce: "n".repeat(64),
  atHash: "h".repeat(22),
  acr: "urn:cognito:loa:4".padEnd(32),
  amr: ["pwd", "otp", "mfa", "hwk", "user"],
};

/** Bytes of a token of Cognito's with this payload, in compact form. Assumed: plain-json. */
export function tokenBytes(payload: TokenClaims): number {
  const json = Buffer.byteLength(JSON.stringify(payload));
  return base64urlLength(HEADER_BYTES) + 1 + base64urlLength(json) + 1 + base64urlLength(SIGNATURE_BYTES);
}

/**
 * An upper bound on the bytes of the tokens `subject` gets with these changes: everything Cognito may put there at its
 * longest, less what is suppressed, plus what is added. Cheap enough for every sign-in.
 */
export function estimateTokenBytes(subject: Subject, { id, access, groups }: PlannedChanges): TokenSizes {
  const defaults = defaultClaims(subject, LONGEST);
  const scopes = finalScopes(sentScopes(subject), access?.scopesToAdd ?? [], access?.scopesToSuppress ?? []);
  const accessClaims = after("access", defaults.access, access, groups);
  accessClaims.set("scope", scopeClaim(scopes) ?? "");
  // Left out of API sign-ins, but not on AWS's word.
  accessClaims.set("version", 2);
  return {
    access: tokenBytes(Object.fromEntries(accessClaims)),
    id: defaults.id ? tokenBytes(Object.fromEntries(after("id", defaults.id, id, groups))) : 0,
  };
}

/** Unlike the simulator it lets every added claim count, reserved or not: a bound may only be too high. */
function after(
  token: TokenKind,
  defaults: ReadonlyMap<string, JsonValue>,
  change: TokenChange | null,
  groups: GroupChange,
): Map<string, JsonValue> {
  const claims = new Map(groups === "leave" ? defaults : overrideGroups(token, defaults, only(groups)));
  const suppressed = change?.suppress.filter((name) => canSuppress(token, name)) ?? [];
  for (const name of suppressed) claims.delete(name);
  if (suppressed.includes("cognito:groups")) {
    for (const name of GROUP_CLAIMS) claims.delete(name);
  }
  for (const [name, value] of change?.add ?? []) claims.set(name, value);
  return claims;
}

/** What an override of ours puts in the groups' place. */
function only(groups: Exclude<GroupChange, "leave">): GroupClaims {
  return { groups: groups === "remove" ? [] : groups.keepOnly, roles: [], preferredRole: null };
}

/** Without padding (RFC 7515, section 2). */
function base64urlLength(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}
