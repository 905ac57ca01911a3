import type { Look } from "../../../claims/evaluate/evaluate.ts";
import type { Value } from "../../../claims/facts.ts";
import type { Expr, Plan, PlanProfile } from "../../../claims/plan.ts";
import { type ResolveTools, resolveClaims } from "../../../claims/resolve/resolve.ts";
import type { ResolvedClaims } from "../../../claims/resolve/resolved-claims.ts";
import type { Subject } from "../../../cognito/subject.ts";
import { aPlan, aProfile, aSubject } from "../a-plan.ts";

/** What is known, by an attribute's name alone. What is not there is absent; `invalid` and `failed` are what they say. */
export type Known = { readonly [name: string]: Value | undefined };

export const ref = (name: string): Expr => ({ op: "ref", ref: ["staff", name] });
export const text = (value: string): Expr => ({ op: "string", value });
export const texts = (...values: readonly string[]): Expr => ({ op: "list", items: values.map(text) });
export const yes: Expr = { op: "bool", value: true };
export const no: Expr = { op: "bool", value: false };

/** No pattern matches, and no pseudonym can be made. */
export const noTools: ResolveTools = { matches: () => false, pseudonym: () => () => undefined };

/** Resolves a small profile over facts known by name. */
export function resolve(
  profile: Partial<PlanProfile>,
  known: Known = {},
  subject: Subject = aSubject(),
  { plan = aPlan(), tools = noTools }: { readonly plan?: Plan; readonly tools?: ResolveTools } = {},
): ResolvedClaims {
  const look: Look = ([, name = ""]) => {
    const value = known[name];
    if (value === undefined) return { state: "absent" };
    return value === "invalid" || value === "failed" ? { state: value } : { state: "present", value };
  };
  return resolveClaims(plan, aProfile(profile), subject, look, tools);
}
