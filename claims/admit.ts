import type { Subject } from "../cognito/subject.ts";
import { ClaimsError } from "./claims-error.ts";
import type { Plan, PlanProfile } from "./plan.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What the plan has to say of a subject: the one profile that applies, or how clients without one are treated. */
export type Admission =
  | { readonly kind: "governed"; readonly profile: PlanProfile }
  | { readonly kind: "bare" }
  | { readonly kind: "untouched" };

/**
 * Decides whether and by which rules this subject gets a token.
 *
 * @throws {ClaimsError} `EVENT_VERSION` when the pool's event has another shape than the map was written for: answered
 * in the wrong shape, Cognito would ignore all of it and leave everything in. `PROFILE_NONE` when no profile matches
 * under `unmatched: deny`. `USERNAME_PERSONAL` when `usernames: opaque` and the username is neither a UUID nor the sub:
 * it stands in every access token and nothing can take it out.
 */
export function admit(plan: Plan, subject: Subject): Admission {
  if ((plan.events === "V1") !== (subject.shape === "V1")) {
    throw new ClaimsError(
      "EVENT_VERSION",
      `the map is for ${plan.events} events; this one has the shape of ${subject.shape}`,
    );
  }
  const profile = matchProfile(plan, subject);
  if (profile === undefined) {
    if (plan.unmatched === "deny") throw new ClaimsError("PROFILE_NONE", "no profile matches this grant and client");
    return { kind: plan.unmatched };
  }
  if (plan.usernames === "opaque" && subject.grant === "user" && !isOpaque(subject)) {
    throw new ClaimsError("USERNAME_PERSONAL", "the username is neither a UUID nor the sub");
  }
  return { kind: "governed", profile };
}

/** The profile for this grant and client; one that names the client beats one for `"*"`. */
function matchProfile(plan: Plan, { grant, clientId }: Subject): PlanProfile | undefined {
  const forGrant = plan.profiles.filter(({ grants }) => grants.includes(grant));
  return (
    forGrant.find(({ clients }) => clients.includes(clientId)) ?? forGrant.find(({ clients }) => clients.includes("*"))
  );
}

function isOpaque({ userName, sub }: Subject): boolean {
  return userName === sub || UUID.test(userName);
}
