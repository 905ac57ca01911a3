import type { Declaration, PlanType } from "../plan.ts";

/** The patterns of a declaration, at any depth. */
export function declaredPatterns({ pattern, type }: Pick<Declaration, "pattern" | "type">): readonly string[] {
  return [...(pattern === undefined ? [] : [pattern]), ...typePatterns(type)];
}

function typePatterns(type: PlanType): readonly string[] {
  if (typeof type === "string") return [];
  if ("fields" in type) return Object.values(type.fields).flatMap(declaredPatterns);
  return typePatterns("list" in type ? type.list : type.map);
}
