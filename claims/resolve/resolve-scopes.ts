import { SELF_SERVICE_SCOPES } from "../../cognito/standard-attributes.ts";
import type { Subject } from "../../cognito/subject.ts";
import { ClaimsError } from "../claims-error.ts";
import { evaluate, type World } from "../evaluate/evaluate.ts";
import { listOfTexts } from "../evaluate/list-of-texts.ts";
import type { PlanProfile } from "../plan.ts";

/** What becomes of the scopes Cognito sent. */
export type ScopeChange = {
  readonly add: readonly string[];
  readonly suppress: readonly string[];
  /** The scopes of the access token. */
  readonly final: ReadonlySet<string>;
};

/**
 * Applies the scope rules. Every rule sees what Cognito sent; removing beats adding, and `only` beats both. Where a
 * condition is unknown a rule does whatever gives less: it adds nothing, it removes, it keeps to its list.
 *
 * @throws {ClaimsError} `SCOPES_EMPTY` when a machine would be left without a scope.
 */
export function resolveScopes(profile: PlanProfile, subject: Subject, world: World): ScopeChange {
  const added = new Set<string>();
  const removed = new Set(selfService(profile, subject));
  const lists: ReadonlySet<string>[] = [];
  for (const { add, remove, only, when } of profile.scopes) {
    const outcome = when ? evaluate(when, world) : undefined;
    const isTrue = outcome === undefined || (outcome.known && outcome.value === true);
    if (isTrue) for (const scope of add) added.add(scope);
    if (!isTrue && outcome?.known) continue;
    for (const scope of remove) removed.add(scope);
    if (only) lists.push(new Set(listOfTexts(only, world)));
  }
  const sent = new Set(subject.scopes);
  const mayStay = (scope: string): boolean =>
    SELF_SERVICE_SCOPES.includes(scope) || lists.every((list) => list.has(scope));
  for (const scope of sent) if (!mayStay(scope)) removed.add(scope);
  const final = new Set([...sent, ...added].filter((scope) => !removed.has(scope) && mayStay(scope)));
  if (subject.grant === "client_credentials" && final.size === 0) {
    throw new ClaimsError("SCOPES_EMPTY", "the rules leave this machine without a scope");
  }
  return { add: [...final].filter((scope) => !sent.has(scope)), suppress: [...removed], final };
}

/** All of them or none: each alone lets its bearer fetch the profile. */
function selfService({ selfServiceScopes }: PlanProfile, { grant, shape }: Subject): readonly string[] {
  return grant === "user" && shape === "V2" && selfServiceScopes === "strip" ? SELF_SERVICE_SCOPES : [];
}
