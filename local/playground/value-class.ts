import type { Class, Plan, PlanProfile } from "../../claims/plan.ts";
import { standingIn } from "../../claims/reports/references.ts";
import type { Subject } from "../../cognito/subject.ts";
import type { TokenClaim } from "./messages.ts";

type Known = Pick<TokenClaim, "class" | "from" | "resourceServer" | "inside">;

/** Who put a claim into a token, and how private it is there. */
export function claimsKnown(
  plan: Plan,
  profile: PlanProfile | null,
  subject: Subject,
): (token: "access" | "id", name: string) => Known {
  const envelopes = new Map(Object.entries(plan.resourceServers).map(([server, { claim }]) => [claim, server]));
  return (token, name) => {
    const own = profile?.claims.find((claim) => claim.name === name && claim.to.includes(token));
    if (own) return { class: own.class, from: "map" };
    const server = token === "access" ? envelopes.get(name) : undefined;
    if (server !== undefined && profile) {
      const inside = profile.envelopes.find(({ resourceServer }) => resourceServer === server)?.claims ?? [];
      return { class: "sealed", from: "envelope", resourceServer: server, inside };
    }
    if (name === "cmv" && profile && token === "access") return { class: "open", from: "map" };
    if (name === "cognito:groups") return { class: attributeClass(plan, "groups"), from: "cognito" };
    // In an access token no attribute stands by Cognito's own doing.
    if (token === "id" && name !== "sub" && subject.attributes.has(name)) {
      return { class: attributeClass(plan, name), from: "attribute" };
    }
    return { class: "open", from: "cognito" };
  };
}

/** How private an attribute of a person is; one that the map does not declare is private. */
export function attributeClass(plan: Plan, name: string): Class {
  return standingIn(plan, ["user", name]).class;
}
