import { type Examined, ofPart, ofPlan } from "./examined.ts";
import { found, type Outcome } from "./outcome.ts";

/** DR6xx: the map's resource servers as the pool has them. */
export function resourceServerChecks(examined: Examined): readonly Outcome[] {
  return ofPlan(examined, ["DR601", "DR602"], (plan) =>
    ofPart(examined, "resourceServers", examined.pool.resourceServers, ["DR601", "DR602"], (there) =>
      Object.entries(plan.resourceServers).flatMap(([name, { identifier, scopes }]): readonly Outcome[] => {
        const place = ["resourceServers", name];
        const server = there.find(({ Identifier }) => Identifier === identifier);
        if (server === undefined) return [found("DR601", place, `the pool has none with the identifier ${identifier}`)];
        const has = new Set((server.Scopes ?? []).map(({ ScopeName }) => ScopeName));
        const lacks = scopes.filter((scope) => !has.has(scope));
        return lacks.length === 0 ? [] : [found("DR602", [...place, "Scopes"], `it lacks ${lacks.join(", ")}`)];
      }),
    ),
  );
}
