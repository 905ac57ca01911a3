import type { GroupChange, SafeClaims, TokenChange } from "./safe-claims.ts";
import type { Subject } from "./subject.ts";
import type {
  ClaimsAndScopeOverrideDetails,
  ClaimsOverrideDetails,
  GroupConfiguration,
  TokenGeneration,
  TriggerEvent,
} from "./trigger-event.ts";

/**
 * The event to return to Cognito: the one that came, whole (Cognito refuses an answer that lacks parts of it), with a
 * response of the subject's shape in place of whatever response it carried. Members that would be empty are left out.
 *
 * @throws {TypeError} when `safe` is not of the subject's shape: access changes or values other than text on V1, no
 * access changes on V2, ID changes for a machine or none for a person. Each is a mistake in the program.
 */
export function writeResponse(event: TriggerEvent, subject: Subject, safe: SafeClaims): TriggerEvent {
  return {
    ...event,
    response:
      subject.shape === "V1"
        ? { claimsOverrideDetails: idOnly(subject, safe) }
        : { claimsAndScopeOverrideDetails: bothTokens(subject, safe) },
  };
}

function idOnly({ grant }: Subject, { id, access, groups }: SafeClaims): ClaimsOverrideDetails {
  if (grant !== "user" || id === null)
    throw new TypeError("a V1 response changes a person's ID token and nothing else");
  if (access !== null) throw new TypeError("a V1 response cannot change the access token");
  const { claimsToAddOrOverride, ...suppressed } = generation(id, groups);
  return {
    ...(claimsToAddOrOverride && { claimsToAddOrOverride: textsOnly(claimsToAddOrOverride) }),
    ...suppressed,
    ...groupOverride(groups),
  };
}

function bothTokens({ grant }: Subject, { id, access, groups }: SafeClaims): ClaimsAndScopeOverrideDetails {
  if (access === null) throw new TypeError("a V2 response says what becomes of the access token");
  const scopes = {
    ...(access.scopesToAdd.length > 0 && { scopesToAdd: [...access.scopesToAdd] }),
    ...(access.scopesToSuppress.length > 0 && { scopesToSuppress: [...access.scopesToSuppress] }),
  };
  if (grant === "client_credentials") {
    if (id !== null) throw new TypeError("a machine has no ID token to change");
    return { accessTokenGeneration: { ...generation(access, "leave"), ...scopes } };
  }
  if (id === null) throw new TypeError("a V2 response says what becomes of a person's ID token");
  return {
    idTokenGeneration: generation(id, groups),
    accessTokenGeneration: { ...generation(access, groups), ...scopes },
    ...groupOverride(groups),
  };
}

/**
 * Left out, groups stay as they are; null or {} would remove them. An override replaces groups, roles and preferred role
 * together, so no role is left, neither one of a group that goes nor one nobody can place. Assumed: group-parts,
 * roles-of-groups.
 */
function groupOverride(groups: GroupChange): { readonly groupOverrideDetails?: GroupConfiguration } {
  if (groups === "leave") return {};
  const groupsToOverride = groups === "remove" ? [] : [...groups.keepOnly];
  return { groupOverrideDetails: { groupsToOverride, iamRolesToOverride: [] } };
}

/** Suppressing `cognito:groups` takes the roles along, and says in the token's own part what the override says. */
function generation({ add, suppress }: TokenChange, groups: GroupChange): TokenGeneration {
  const suppressed = new Set(groups === "remove" ? [...suppress, "cognito:groups"] : suppress);
  return {
    // fromEntries defines properties instead of assigning them: a claim named `__proto__` stays a claim.
    ...(add.size > 0 && { claimsToAddOrOverride: Object.fromEntries(add) }),
    ...(suppressed.size > 0 && { claimsToSuppress: [...suppressed] }),
  };
}

function textsOnly(claims: NonNullable<TokenGeneration["claimsToAddOrOverride"]>): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => {
      if (typeof value !== "string") throw new TypeError(`claim "${name}": a V1 response takes text only`);
      return [name, value];
    }),
  );
}
