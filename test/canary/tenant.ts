import type { Fact, Facts } from "./expressions.ts";
import type { WrittenTenant } from "./map-document.ts";

/** The default of drawn maps: the only tenant there is. */
export const ONLY_ONE = (allowed: string): string => `${allowed}.size() == 1 ? ${allowed}[0] : ""`;

/** What `tenant.id` is in one event, by the map's words alone: what was asked for if it is allowed, or the only one. */
export function tenantOf({ requested, allowed, otherwise, ...rest }: WrittenTenant, facts: Facts): Fact | "refused" {
  const asked = facts.get(requested) ?? { state: "absent" };
  const list = facts.get(allowed);
  const theirs = list?.state === "present" ? (list.value as readonly string[]) : [];
  if (asked.state === "invalid" || asked.state === "failed") return "refused";
  const wanted = asked.state === "present" ? asked.value : "";
  const chosen = wanted !== "" ? wanted : rest.default !== undefined && theirs.length === 1 ? theirs[0] : undefined;
  if (chosen === undefined || chosen === "") return otherwise === "none" ? { state: "absent" } : "refused";
  return theirs.some((each) => each === chosen) ? { state: "present", value: chosen } : "refused";
}

/** Whether a tenant is one this model can work out. */
export function isModelled({ allowed, default: byDefault }: WrittenTenant): boolean {
  return !allowed.startsWith("def.") && (byDefault === undefined || byDefault === ONLY_ONE(allowed));
}
