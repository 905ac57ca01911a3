import { canSuppress } from "../../cognito/reserved-claims.ts";
import { STANDARD_ATTRIBUTES } from "../../cognito/standard-attributes.ts";
import type { Subject } from "../../cognito/subject.ts";
import type { PlanProfile } from "../plan.ts";

/**
 * What the ID token loses of what Cognito puts there. A claim of the map takes the place of an attribute of its name for
 * good: left out, it does not bring Cognito's value back, whatever the map keeps.
 *
 * @param ours Names of the map's claims that came out, which suppression would take away again.
 */
export function suppressedInIdToken(
  { idToken, claims }: PlanProfile,
  subject: Subject,
  ours: Iterable<string>,
): readonly string[] {
  const here = new Set(ours);
  const replaced = new Set(claims.flatMap(({ name, to }) => (to.includes("id") ? [name] : [])));
  const attributes = everyAttribute(subject).filter((name) => replaced.has(name) || !stays(idToken, name));
  const dropped = "drop" in idToken ? idToken.drop : [];
  return [...new Set([...attributes, ...dropped])].filter((name) => !here.has(name) && canSuppress("id", name));
}

/** What a trigger may take out: every standard attribute, and every one this person has. */
export function everyAttribute({ attributes }: Subject): readonly string[] {
  return [...new Set([...STANDARD_ATTRIBUTES, ...attributes.keys()])].filter((name) => canSuppress("id", name));
}

function stays(idToken: PlanProfile["idToken"], name: string): boolean {
  if ("keep" in idToken) return idToken.keep.includes(name);
  return !("drop" in idToken && idToken.drop.includes(name));
}
