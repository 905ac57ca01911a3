import type { Plan } from "../../claims/plan.ts";
import { sentScopes } from "../../cognito/default-claims.ts";
import type { Subject } from "../../cognito/subject.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import type { Issuing } from "./issue.ts";
import type { Diagnostic, Outcome, Removed, RunAnswer } from "./messages.ts";

/** Why nothing ran. */
export function nothingRan(plan: Plan | null, diagnostics: readonly Diagnostic[]): Outcome {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const names = [...new Set(errors.map(({ text }) => text))].join(", ");
  return {
    state: "none",
    because: names ? `there are errors in: ${names}` : plan ? "there is no event" : "there is no map",
  };
}

/** How a sign-in ended. */
export function outcomeOf({ issue }: Issuing, unsafe: boolean): Outcome {
  if (issue.refused === null) return { state: "issued", unsafe };
  const { code, message, detail } = issue.refused;
  return { state: "refused", unsafe, code, text: message, detail };
}

/** What the function asked to be taken out, as far as it was there, and what Cognito made of the scopes. */
export function removedBy({ issue }: Issuing, subject: Subject): Removed | null {
  if (issue.refused) return null;
  const { response } = issue.answer as Pick<TriggerEvent, "response">;
  const v1 = response?.claimsOverrideDetails;
  const v2 = response?.claimsAndScopeOverrideDetails;
  const sent = sentScopes(subject);
  const final = typeof issue.accessToken["scope"] === "string" ? issue.accessToken["scope"].split(" ") : [];
  const wasThere = (name: string): boolean =>
    name === "cognito:groups" ? subject.groups.length > 0 : subject.attributes.has(name);
  return {
    idClaims: (v1?.claimsToSuppress ?? v2?.idTokenGeneration?.claimsToSuppress ?? []).filter(wasThere),
    accessClaims: (v2?.accessTokenGeneration?.claimsToSuppress ?? []).filter(wasThere),
    groups: subject.groups.length > 0 && !Object.hasOwn(issue.accessToken, "cognito:groups"),
    scopesAdded: final.filter((scope) => !sent.includes(scope)),
    scopesRemoved: sent.filter((scope) => !final.includes(scope)),
    dropped: issue.dropped,
  };
}

/** Times of a machine that does other things besides say nothing of the map. */
export function withoutTimes(record: Issuing["record"]): RunAnswer["record"] {
  const { ms: _ms, cold: _cold, ...rest } = record;
  return rest;
}
