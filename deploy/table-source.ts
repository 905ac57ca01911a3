import type { Plan, PlanSource } from "../claims/plan.ts";

/** A source that is a table, read by key or by query. */
export type TableSource = Extract<PlanSource, { readonly kind: "row" | "query" }>;

/** The sources that are tables, by name. */
export function tableSources({ sources }: Plan): readonly (readonly [name: string, source: TableSource])[] {
  return Object.entries(sources).flatMap(([name, source]) =>
    source.kind === "row" || source.kind === "query" ? [[name, source] as const] : [],
  );
}

/** The same for two sources exactly where the map says that they are one table. */
export function placeOf({ table, region }: TableSource): string {
  return JSON.stringify([table, region ?? null]);
}
