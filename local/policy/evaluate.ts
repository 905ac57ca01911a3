import type { Caller } from "./caller.ts";
import { meets, type RequestContext } from "./condition.ts";
import type { Element, Policy, Statement } from "./policy.ts";
import { matchesArn, matchesWildcard } from "./wildcard.ts";

/** One request, as policies see it. */
export type AccessRequest = {
  readonly caller: Caller;
  /** `kms:Decrypt` */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  readonly context: RequestContext;
};

/** What a resource's policy says: `account` leaves it to the identity policies of the caller's account. */
export type ResourceVerdict = "deny" | "allow" | "account" | "silent";

export type IdentityVerdict = "deny" | "allow" | "silent";

/** What a key policy, or any policy that names principals, says of a request. */
export function evaluateResourcePolicy(policy: Policy, request: AccessRequest): ResourceVerdict {
  const applying = policy
    .filter((statement) => covers(statement, request))
    .map(({ effect, principal }) => ({ effect, reach: reachOf(principal, request.caller) }))
    .filter(({ reach }) => reach !== "none");
  if (applying.some(({ effect }) => effect === "Deny")) return "deny";
  if (applying.some(({ reach }) => reach === "caller")) return "allow";
  return applying.length > 0 ? "account" : "silent";
}

/** What the policies attached to the caller say of a request. */
export function evaluateIdentityPolicies(policies: readonly Policy[], request: AccessRequest): IdentityVerdict {
  const effects = new Set(
    policies
      .flat()
      .filter((statement) => covers(statement, request))
      .map(({ effect }) => effect),
  );
  if (effects.has("Deny")) return "deny";
  return effects.has("Allow") ? "allow" : "silent";
}

function covers({ action, resource, conditions }: Statement, request: AccessRequest): boolean {
  const name = request.action.toLowerCase();
  return (
    selects(action, (pattern) => matchesWildcard(pattern.toLowerCase(), name)) &&
    selects(resource, (pattern) => pattern === "*" || matchesArn(pattern, request.resource)) &&
    conditions.every((condition) => meets(condition, request.context))
  );
}

function selects({ not, values }: Element, matches: (value: string) => boolean): boolean {
  return values.some(matches) !== not;
}

/** Whom a principal element means: this caller, the whole account the caller is of, or neither. */
function reachOf(principal: Element | null, caller: Caller): "caller" | "account" | "none" {
  if (principal === null) return "none";
  const root = `arn:aws:iam::${caller.account}:root`;
  const names = new Set(principal.values.map((value) => (value === caller.account ? root : value)));
  if (principal.not) {
    // NotPrincipal spares a session only if it, its role and its account are all named (IAM User Guide, "NotPrincipal").
    const spared = names.has("*") || [caller.sessionArn, caller.roleArn, root].every((name) => names.has(name));
    return spared ? "none" : "caller";
  }
  if (names.has("*") || names.has(caller.roleArn) || names.has(caller.sessionArn)) return "caller";
  return names.has(root) ? "account" : "none";
}
