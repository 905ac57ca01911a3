import { admit } from "../claims/admit.ts";
import { type Matching, matchPatterns } from "../claims/evaluate/match-patterns.ts";
import type { TextPattern } from "../claims/evaluate/pattern.ts";
import type { LoadAttributes } from "../claims/facts.ts";
import { gatherFacts } from "../claims/gather/gather-facts.ts";
import type { Plan } from "../claims/plan.ts";
import { resolveBare, resolveClaims } from "../claims/resolve/resolve.ts";
import { readSubject } from "../cognito/read-subject.ts";
import type { TriggerEvent } from "../cognito/trigger-event.ts";
import { writeResponse } from "../cognito/write-response.ts";
import { askEarly } from "./ask-early.ts";
import { withinDeadline } from "./deadline.ts";
import { protectClaims } from "./protect.ts";
import { type LoadPseudonyms, pseudonymsFor } from "./pseudonyms.ts";
import { Refusal, refusalOf } from "./refusal.ts";
import type { SealingPorts } from "./seal.ts";

/** Everything the corridor needs; nothing in it is optional, and nothing in it is looked up later. */
export type House = SealingPorts & {
  /** Compiled, and bound to its environment. */
  readonly plan: Plan;
  /** The user pools served; empty serves every pool that may invoke the function. */
  readonly pools: readonly string[];
  /** Rows of tables and answers of hooks alike. */
  readonly loadAttributes: LoadAttributes;
  readonly loadPseudonyms: LoadPseudonyms;
  /** Those of the plan, each compiled once. */
  readonly patterns: ReadonlyMap<string, TextPattern>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds left for one event. */
  readonly budgetMs: () => number;
};

/**
 * The trigger: event, subject, facts, claims, protection, response.
 *
 * @throws {Refusal} for every reason there is not to issue a token; its message is one of a fixed set of texts.
 */
export function customizeToken(house: House): (event: unknown) => Promise<TriggerEvent> {
  const matching = matchPatterns(house.patterns);
  return async (event) => {
    try {
      return await withinDeadline(house.budgetMs(), (signal) => corridor(house, matching, event, signal));
    } catch (error) {
      throw refusalOf(error);
    }
  };
}

async function corridor(
  { plan, ...house }: House,
  matching: Matching,
  event: unknown,
  signal: AbortSignal,
): Promise<TriggerEvent> {
  const subject = readSubject(event);
  if (house.pools.length > 0 && !house.pools.includes(subject.poolId)) throw new Refusal("POOL_FOREIGN");
  const admission = admit(plan, subject);
  if (admission.kind === "untouched") return event as TriggerEvent;
  const { now } = house;
  if (admission.kind === "bare") {
    const safe = await protectClaims(plan, subject, resolveBare(subject), false, { ...house, signal });
    return writeResponse(event as TriggerEvent, subject, safe);
  }
  const { profile } = admission;
  const sealing = { ...askEarly(plan, profile, subject, house, signal), now, signal };
  const [look, pseudonym] = await Promise.all([
    gatherFacts(plan, profile, subject, house.loadAttributes, { ...matching, now: new Date(now()) }, signal),
    pseudonymsFor(profile, subject, house.loadPseudonyms, signal),
  ]);
  const claims = resolveClaims(plan, profile, subject, look, { ...matching, pseudonym });
  const safe = await protectClaims(plan, subject, claims, true, sealing);
  return writeResponse(event as TriggerEvent, subject, safe);
}
