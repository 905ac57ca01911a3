import { admit } from "../../claims/admit.ts";
import { matchPatterns } from "../../claims/evaluate/match-patterns.ts";
import { gatherFacts } from "../../claims/gather/gather-facts.ts";
import { resolveClaims } from "../../claims/resolve/resolve.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { writeResponse } from "../../cognito/write-response.ts";
import { withinDeadline } from "../../triggers/deadline.ts";
import { inShares } from "../../triggers/limited-load.ts";
import { customizeToken } from "../../triggers/pre-token-generation.ts";
import { protectClaims } from "../../triggers/protect.ts";
import { pseudonymsFor } from "../../triggers/pseudonyms.ts";
import { refusalOf } from "../../triggers/refusal.ts";
import type { Trigger } from "./run-scene.ts";

/** The steps of the corridor that a test can put something else in place of. */
export type Steps = {
  readonly gatherFacts: typeof gatherFacts;
  readonly resolveClaims: typeof resolveClaims;
  readonly protectClaims: typeof protectClaims;
  readonly writeResponse: typeof writeResponse;
  readonly refusalOf: (thrown: unknown) => unknown;
};

const REAL: Steps = { gatherFacts, resolveClaims, protectClaims, writeResponse, refusalOf };

/** The corridor of `customizeToken`, with some of its steps replaced; clients without a profile take the real one. */
export function composedTrigger(steps: Partial<Steps> = {}): Trigger {
  const step = { ...REAL, ...steps };
  return (house) => async (event) => {
    try {
      return await withinDeadline(house.budgetMs(), async (signal, leftMs) => {
        const { plan } = house;
        const subject = readSubject(event);
        const admission = admit(plan, subject);
        if (admission.kind !== "governed") return customizeToken(house)(event);
        const { profile } = admission;
        const matching = matchPatterns(house.patterns);
        const tools = { ...matching, now: new Date(house.now()) };
        const load = inShares(house.loadAttributes, profile.reads.length, leftMs);
        const look = await step.gatherFacts(plan, profile, subject, load, tools, signal);
        const pseudonym = await pseudonymsFor(profile, subject, house.loadPseudonyms, signal);
        const claims = step.resolveClaims(plan, profile, subject, look, { ...matching, pseudonym });
        const { safe } = await step.protectClaims(plan, subject, claims, true, { ...house, signal });
        return step.writeResponse(event as TriggerEvent, subject, safe);
      });
    } catch (error) {
      throw step.refusalOf(error);
    }
  };
}
