import type { GroupClaims, TokenChanges } from "./apply-changes.ts";
import { type Dropped, dropped } from "./dropped.ts";
import type { JsonValue } from "./json.ts";
import { type Fields, isFields, isNothing, own } from "./own-fields.ts";
import type { TokenKind } from "./reserved-claims.ts";

/** What a response asks for. */
export type ResponseChanges = {
  readonly id: TokenChanges;
  readonly access: TokenChanges;
  readonly scopesToAdd: readonly string[];
  readonly scopesToSuppress: readonly string[];
  readonly groups: GroupClaims | "leave";
};

/** The response, read: what is wrong with it, or what it asks for and which parts of it mean nothing to Cognito. */
export type ReadResponse =
  | { readonly problem: string }
  | { readonly problem: null; readonly changes: ResponseChanges; readonly dropped: readonly Dropped[] };

/** What reading has come across so far. */
type Notes = { readonly problems: string[]; readonly dropped: Dropped[] };

const NO_CHANGES: TokenChanges = { add: new Map(), suppress: [] };
const BOTH: readonly TokenKind[] = ["id", "access"];
const DETAILS = { V1: "claimsOverrideDetails", V2: "claimsAndScopeOverrideDetails" } as const;

/** Whether a response has anything to say, in either shape. */
export function saysAnything(response: unknown): boolean {
  return isFields(response) && Object.values(DETAILS).some((name) => !isEmpty(own(response, name)));
}

/**
 * Reads the `response` of a returned event, for a pool that takes `shape`. Where AWS's console samples write `[]`
 * nothing is meant. Anything else of a wrong type makes the whole answer unusable. Assumed: empty-list-is-nothing,
 * odd-types-refuse.
 */
export function readResponse(
  shape: "V1" | "V2",
  grant: "user" | "client_credentials",
  response: unknown,
): ReadResponse {
  if (!isFields(response)) return { problem: "response: expected an object" };
  const notes: Notes = { problems: [], dropped: [] };
  const details = section(own(response, DETAILS[shape]), DETAILS[shape], notes);
  const tokens = grant === "user" ? BOTH : BOTH.slice(1);
  strangers(response, Object.values(DETAILS), tokens, notes);
  noteOtherVersion(shape, response, tokens, notes);
  const changes =
    shape === "V1"
      ? idOnly(details, notes)
      : grant === "user"
        ? bothTokens(details, notes)
        : accessOnly(details, notes);
  const [problem] = notes.problems;
  return problem === undefined ? { problem: null, changes, dropped: notes.dropped } : { problem };
}

/** Assumed: other-version-ignored. */
function noteOtherVersion(shape: "V1" | "V2", response: Fields, tokens: readonly TokenKind[], notes: Notes): void {
  const other = shape === "V1" ? DETAILS.V2 : DETAILS.V1;
  if (isEmpty(own(response, other))) return;
  // V1 knows no more than the ID token.
  const concerned = other === DETAILS.V1 ? tokens.slice(0, 1) : tokens;
  notes.dropped.push(...concerned.map((token) => dropped(token, other, "other-version")));
}

function idOnly(details: Fields, notes: Notes): ResponseChanges {
  strangers(details, [...CLAIM_MEMBERS, "groupOverrideDetails"], ["id"], notes);
  const id = tokenChanges(details, DETAILS.V1, notes);
  for (const [name, value] of id.add) {
    // Users report sign-ins that fail so; null alone is not known. Assumed: v1-text-only.
    if (typeof value !== "string" && value !== null) {
      notes.problems.push(`${DETAILS.V1}.claimsToAddOrOverride: "${name}" is not text, and V1 takes text only`);
    }
  }
  return {
    id,
    access: NO_CHANGES,
    scopesToAdd: [],
    scopesToSuppress: [],
    groups: groupChange(details, DETAILS.V1, notes),
  };
}

function bothTokens(details: Fields, notes: Notes): ResponseChanges {
  strangers(details, DETAIL_MEMBERS, BOTH, notes);
  const place = `${DETAILS.V2}.idTokenGeneration`;
  const id = section(own(details, "idTokenGeneration"), place, notes);
  strangers(id, CLAIM_MEMBERS, ["id"], notes);
  return {
    ...accessChanges(details, notes),
    id: tokenChanges(id, place, notes),
    groups: groupChange(details, DETAILS.V2, notes),
  };
}

/** Machines have neither an ID token nor groups; to send either has no effect. Assumed: machine-members-ignored. */
function accessOnly(details: Fields, notes: Notes): ResponseChanges {
  strangers(details, DETAIL_MEMBERS, ["access"], notes);
  if (!isEmpty(own(details, "idTokenGeneration")))
    notes.dropped.push(dropped("id", "idTokenGeneration", "machine-id-token"));
  if (!isEmpty(own(details, "groupOverrideDetails"))) {
    notes.dropped.push(dropped("access", "groupOverrideDetails", "machine-groups"));
  }
  return { ...accessChanges(details, notes), id: NO_CHANGES, groups: "leave" };
}

const CLAIM_MEMBERS: readonly string[] = ["claimsToAddOrOverride", "claimsToSuppress"];
const SCOPE_MEMBERS: readonly string[] = ["scopesToAdd", "scopesToSuppress"];
const DETAIL_MEMBERS: readonly string[] = ["idTokenGeneration", "accessTokenGeneration", "groupOverrideDetails"];
const GROUP_MEMBERS: readonly string[] = ["groupsToOverride", "iamRolesToOverride", "preferredRole"];

function accessChanges(
  details: Fields,
  notes: Notes,
): Pick<ResponseChanges, "access" | "scopesToAdd" | "scopesToSuppress"> {
  const place = `${DETAILS.V2}.accessTokenGeneration`;
  const access = section(own(details, "accessTokenGeneration"), place, notes);
  strangers(access, [...CLAIM_MEMBERS, ...SCOPE_MEMBERS], ["access"], notes);
  const scopesToAdd = texts(own(access, "scopesToAdd"), `${place}.scopesToAdd`, notes);
  // AWS forbids blanks and does not say what becomes of one. Assumed: blank-scope-refused.
  if (scopesToAdd.some((scope) => scope === "" || /\s/.test(scope))) {
    notes.problems.push(`${place}.scopesToAdd: a scope is empty or has a blank in it`);
  }
  const scopesToSuppress = texts(own(access, "scopesToSuppress"), `${place}.scopesToSuppress`, notes);
  const both = scopesToAdd.filter((scope) => scopesToSuppress.includes(scope));
  notes.dropped.push(...both.map((scope) => dropped("access", scope, "suppressed")));
  return { access: tokenChanges(access, place, notes), scopesToAdd, scopesToSuppress };
}

function tokenChanges(generation: Fields, place: string, notes: Notes): TokenChanges {
  const add = section(own(generation, "claimsToAddOrOverride"), `${place}.claimsToAddOrOverride`, notes);
  return {
    // The answer came as JSON text, so its values are JSON.
    add: new Map(Object.entries(add as { readonly [name: string]: JsonValue })),
    suppress: texts(own(generation, "claimsToSuppress"), `${place}.claimsToSuppress`, notes),
  };
}

/** Left out, groups stay; null or empty, they go. Source: "Pre token generation Lambda trigger". */
function groupChange(details: Fields, place: string, notes: Notes): GroupClaims | "leave" {
  const value = own(details, "groupOverrideDetails");
  if (value === undefined) return "leave";
  const at = `${place}.groupOverrideDetails`;
  const groups = section(value, at, notes);
  strangers(groups, GROUP_MEMBERS, BOTH, notes);
  const role = own(groups, "preferredRole");
  const roles = typeof role === "string" ? [role] : texts(role, `${at}.preferredRole`, notes);
  return {
    groups: texts(own(groups, "groupsToOverride"), `${at}.groupsToOverride`, notes),
    roles: texts(own(groups, "iamRolesToOverride"), `${at}.iamRolesToOverride`, notes),
    preferredRole: roles[0] ?? null,
  };
}

/** Members nobody knows, such as a misspelt or misplaced one: a silent no-op worth a word. Assumed: strangers-ignored. */
function strangers(holder: Fields, known: readonly string[], tokens: readonly TokenKind[], notes: Notes): void {
  for (const name of Object.keys(holder)) {
    if (!known.includes(name)) notes.dropped.push(...tokens.map((token) => dropped(token, name, "unknown")));
  }
}

function section(value: unknown, place: string, notes: Notes): Fields {
  if (isFields(value)) return value;
  if (!isEmpty(value)) notes.problems.push(`${place}: expected an object`);
  return {};
}

function texts(value: unknown, place: string, notes: Notes): readonly string[] {
  if (isNothing(value)) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  notes.problems.push(`${place}: expected a list of texts`);
  return [];
}

/** Nothing, `[]` or `{}`. */
function isEmpty(value: unknown): boolean {
  return isNothing(value) || (typeof value === "object" && Object.keys(value).length === 0);
}
