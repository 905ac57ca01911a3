import type { Plan } from "../claims/plan.ts";
import type { JsonValue } from "../cognito/json.ts";
import { readSubject } from "../cognito/read-subject.ts";
import type { SafeClaims, TokenChange } from "../cognito/safe-claims.ts";
import { estimateTokenBytes } from "../cognito/token-size.ts";
import type {
  ClaimsAndScopeOverrideDetails,
  GroupConfiguration,
  TokenGeneration,
  TriggerEvent,
} from "../cognito/trigger-event.ts";
import { DIGEST_ALGORITHM, decoyDigest, digestOf, holdsDigests, makeDisclosure } from "../crypto/disclosure.ts";
import { Refusal, refusalOf } from "../triggers/refusal.ts";
import type { Trigger } from "../triggers/trigger.ts";
import { DISCLOSURES_CLAIM, refuseUndisclosable } from "./disclosable.ts";

export { DISCLOSURES_CLAIM } from "./disclosable.ts";
export { type DisclosureCode, DisclosureError, type DisclosureProblem } from "./disclosure-error.ts";

export type DiscloseOptions = {
  /** The plan that the trigger runs. Tokens with another one's stamp stay as they are, and nothing in them can be shown. */
  readonly plan: Plan;
  /** Claims of the map, each `to: [id]` in every profile that has it. */
  readonly claims: readonly string[];
  /** Says that whoever composes this knows what it is: it may change with any version, or go. */
  readonly experimental: { readonly selectiveDisclosure: true };
};

/**
 * Experimental: a trigger whose access tokens have digests of some claims, and whose ID tokens have what opens them
 * (RFC 9901). The client shows a service those it means to show; `claimseal/open` holds them to the token.
 *
 * ```ts
 * const trigger = createTrigger({ plan, sha256 });
 * export const handler = discloseClaims(trigger, {
 *   plan,
 *   claims: ["employer"],
 *   experimental: { selectiveDisclosure: true },
 * });
 * ```
 *
 * A claim leaves the ID token as such and is there in its disclosure. An access token has as many digests as `claims` has
 * names, whoever it is for: what a person has no value for gets a digest of nothing. Tokens that the map does not govern,
 * and machines', stay as the trigger made them. The trigger's record is written before: it knows nothing of this.
 *
 * @throws {DisclosureError} for claims that cannot be disclosed by their holder, all of them at once.
 * @throws {TypeError} without `experimental`, and for names that are none, or given twice.
 */
export function discloseClaims(trigger: Trigger, options: DiscloseOptions): Trigger {
  const { plan, claims, experimental } = options;
  if (experimental?.selectiveDisclosure !== true) {
    throw new TypeError("discloseClaims: experimental must be { selectiveDisclosure: true }");
  }
  if (!Array.isArray(claims) || claims.length === 0 || new Set(claims).size < claims.length) {
    throw new TypeError("discloseClaims: claims must be a list of claims' names, each once");
  }
  refuseUndisclosable(plan, claims);
  return async (event, invocation) => {
    const answer = await trigger(event, invocation);
    try {
      return disclosing(plan, claims, answer);
    } catch (error) {
      throw refusalOf(error);
    }
  };
}

/** The same answer with some claims of the ID token as disclosures, where it is for a person this map governs. */
function disclosing(plan: Plan, names: readonly string[], answer: TriggerEvent): TriggerEvent {
  const details = answer.response?.claimsAndScopeOverrideDetails;
  const { idTokenGeneration: id, accessTokenGeneration: access } = details ?? {};
  if (!details || !id || access?.claimsToAddOrOverride?.["cmv"] !== `${plan.name}@${plan.revision}`) return answer;
  const values = id.claimsToAddOrOverride ?? {};
  const made = names.map((name) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    // Members that name digests would be read as such (RFC 9901 section 4.2.4): a value that has some counts as none.
    return value === undefined || holdsDigests(value) ? null : makeDisclosure(name, value);
  });
  const disclosures = made.filter((each) => each !== null);
  // Sorted, so that which is which, and which is none, cannot be told from where it stands (RFC 9901 section 4.2.4.1).
  const digests = made.map((each) => (each === null ? decoyDigest() : digestOf(each))).toSorted();
  const left: readonly (readonly [string, JsonValue])[] = [
    ...Object.entries(values).filter(([name]) => !names.includes(name)),
    ...(disclosures.length > 0 ? [[DISCLOSURES_CLAIM, disclosures] as const] : []),
  ];
  const changed: ClaimsAndScopeOverrideDetails = {
    ...details,
    idTokenGeneration: {
      ...(left.length > 0 && { claimsToAddOrOverride: Object.fromEntries(left) }),
      // One that stands in for a claim of Cognito's must not bring that back by going.
      claimsToSuppress: [...new Set([...(id.claimsToSuppress ?? []), ...names])],
    },
    accessTokenGeneration: {
      ...access,
      claimsToAddOrOverride: { ...access.claimsToAddOrOverride, _sd: digests, _sd_alg: DIGEST_ALGORITHM },
    },
  };
  assertRoom(plan, answer, changed);
  return { ...answer, response: { claimsAndScopeOverrideDetails: changed } };
}

/** Holds both tokens to the map's limits once more. `onOversize: drop` has nothing to drop here: it refuses as well. */
function assertRoom({ limits }: Plan, event: TriggerEvent, details: ClaimsAndScopeOverrideDetails): void {
  const { idTokenGeneration, accessTokenGeneration, groupOverrideDetails } = details;
  const bytes = estimateTokenBytes(readSubject(event), {
    id: changeOf(idTokenGeneration),
    access: {
      ...changeOf(accessTokenGeneration),
      scopesToAdd: accessTokenGeneration?.scopesToAdd ?? [],
      scopesToSuppress: accessTokenGeneration?.scopesToSuppress ?? [],
    },
    groups: groupsOf(groupOverrideDetails),
  });
  if (bytes.access > limits.accessToken) throw new Refusal("TOKEN_OVERSIZE", "the access token with its digests");
  if (bytes.id > limits.idToken) throw new Refusal("TOKEN_OVERSIZE", "the ID token with its disclosures");
}

function changeOf(generation: TokenGeneration | null | undefined): TokenChange {
  const { claimsToAddOrOverride = {}, claimsToSuppress = [] } = generation ?? {};
  return { add: new Map<string, JsonValue>(Object.entries(claimsToAddOrOverride)), suppress: claimsToSuppress };
}

function groupsOf(override: GroupConfiguration | null | undefined): SafeClaims["groups"] {
  return override ? { keepOnly: override.groupsToOverride ?? [] } : "leave";
}
