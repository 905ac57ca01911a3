import { type Dropped, type DropReason, dropped } from "./dropped.ts";
import type { JsonValue } from "./json.ts";
import { canSuppress, claimRule, GROUP_CLAIMS, type TokenKind } from "./reserved-claims.ts";
import { PLAIN_ID_CLAIMS } from "./standard-attributes.ts";

/** What a response asks of one token. */
export type TokenChanges = { readonly add: ReadonlyMap<string, JsonValue>; readonly suppress: readonly string[] };

/** What takes the place of the groups in both tokens. */
export type GroupClaims = {
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly preferredRole: string | null;
};

/** One token after its changes, and what of them was not applied. */
export type ChangedToken = { readonly claims: ReadonlyMap<string, JsonValue>; readonly dropped: readonly Dropped[] };

/**
 * Applies a response to the claims of one token, as "Pre token generation Lambda trigger" in the Amazon Cognito
 * developer guide describes it. Claims are compared by their exact names. Assumed: exact-names.
 */
export function changeClaims(
  token: TokenKind,
  defaults: ReadonlyMap<string, JsonValue>,
  changes: TokenChanges,
  clientId: string,
): ChangedToken {
  const claims = new Map(defaults);
  const left: Dropped[] = [];
  for (const [name, value] of changes.add) {
    const reason = whyNotAdded(token, name, value, clientId) ?? (changes.suppress.includes(name) ? "suppressed" : null);
    if (reason === null) claims.set(name, value);
    else left.push(dropped(token, name, reason));
  }
  const gone = changes.suppress.filter((name) => canSuppress(token, name));
  // Suppressing the groups takes the roles along, whichever token they are in.
  for (const name of gone.includes("cognito:groups") ? [...gone, ...GROUP_CLAIMS] : gone) claims.delete(name);
  for (const name of changes.suppress) {
    const rule = claimRule(token, name);
    // Suppressing what is not there is no loss, and none is reported.
    if (claims.has(name) && rule !== "free") left.push(dropped(token, name, rule));
  }
  return { claims, dropped: left };
}

/** Puts other groups into the claims of one token. The three parts are replaced together. Assumed: group-parts. */
export function overrideGroups(
  token: TokenKind,
  defaults: ReadonlyMap<string, JsonValue>,
  { groups, roles, preferredRole }: GroupClaims,
): ReadonlyMap<string, JsonValue> {
  const claims = new Map(defaults);
  for (const name of GROUP_CLAIMS) claims.delete(name);
  if (groups.length > 0) claims.set("cognito:groups", groups);
  if (token === "id" && roles.length > 0) claims.set("cognito:roles", roles);
  if (token === "id" && preferredRole !== null) claims.set("cognito:preferred_role", preferredRole);
  return claims;
}

/**
 * The scopes a token ends up with: those sent, then those added, in order and each once. A scope both added and
 * suppressed is gone, as claims are. Assumed: scope-suppression-wins, any-scope.
 */
export function finalScopes(
  sent: readonly string[],
  add: readonly string[],
  suppress: readonly string[],
): readonly string[] {
  return [...new Set([...sent, ...add])].filter((scope) => !suppress.includes(scope));
}

/** Reserved claims are passed over without a word, so is `aud` with another value. Assumed: reserved-dropped. */
function whyNotAdded(token: TokenKind, name: string, value: JsonValue, clientId: string): DropReason | null {
  const rule = claimRule(token, name);
  const allowed = rule === "free" || (rule === "client-id" && value === clientId);
  if (!allowed) return rule;
  if (!isDocumented(value)) return "undocumented";
  return token === "id" && PLAIN_ID_CLAIMS.includes(name) && typeof value === "object" ? "plain" : null;
}

/** What AWS lists: text, numbers, booleans, lists of these, and objects, nested ones too. Assumed: undocumented-values. */
function isDocumented(value: JsonValue): boolean {
  if (typeof value !== "object") return true;
  if (value === null) return false;
  const items: readonly JsonValue[] = Object.values(value);
  return items.every((item) => (Array.isArray(value) ? typeof item !== "object" : isDocumented(item)));
}
