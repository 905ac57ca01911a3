import { admit } from "../../claims/admit.ts";
import { lookUp } from "../../claims/look-up.ts";
import { resolveClaims } from "../../claims/resolve.ts";
import { rowRequests } from "../../claims/row-requests.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { writeResponse } from "../../cognito/write-response.ts";
import { withinDeadline } from "../../triggers/deadline.ts";
import { customizeToken } from "../../triggers/pre-token-generation.ts";
import { protectClaims } from "../../triggers/protect.ts";
import { refusalOf } from "../../triggers/refusal.ts";
import type { Trigger } from "./run-scene.ts";

/** The steps of the corridor that a test can put something else in place of. */
export type Steps = {
  readonly lookUp: typeof lookUp;
  readonly resolveClaims: typeof resolveClaims;
  readonly protectClaims: typeof protectClaims;
  readonly writeResponse: typeof writeResponse;
  readonly refusalOf: (thrown: unknown) => unknown;
};

const REAL: Steps = { lookUp, resolveClaims, protectClaims, writeResponse, refusalOf };

/** The corridor of `customizeToken`, with some of its steps replaced; clients without a profile take the real one. */
export function composedTrigger(steps: Partial<Steps> = {}): Trigger {
  const step = { ...REAL, ...steps };
  return (house) => async (event) => {
    try {
      return await withinDeadline(house.budgetMs(), async (signal) => {
        const { plan } = house;
        const subject = readSubject(event);
        const admission = admit(plan, subject);
        if (admission.kind !== "governed") return customizeToken(house)(event);
        const requests = rowRequests(plan, admission.profile, subject);
        const look = step.lookUp(plan, subject, requests, await house.loadAttributes(requests, signal));
        const claims = step.resolveClaims(plan, admission.profile, subject, look);
        const safe = await step.protectClaims(plan, subject, claims, true, { ...house, signal });
        return step.writeResponse(event as TriggerEvent, subject, safe);
      });
    } catch (error) {
      throw step.refusalOf(error);
    }
  };
}
