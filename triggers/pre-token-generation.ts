import { type Admission, admit } from "../claims/admit.ts";
import { type Matching, matchPatterns } from "../claims/evaluate/match-patterns.ts";
import type { TextPattern } from "../claims/evaluate/pattern.ts";
import type { LoadAttributes } from "../claims/facts.ts";
import { gatherFacts } from "../claims/gather/gather-facts.ts";
import type { Plan, PlanProfile } from "../claims/plan.ts";
import { resolveBare, resolveClaims } from "../claims/resolve/resolve.ts";
import type { ResolvedClaims } from "../claims/resolve/resolved-claims.ts";
import { readSubject } from "../cognito/read-subject.ts";
import type { Subject } from "../cognito/subject.ts";
import type { TriggerEvent } from "../cognito/trigger-event.ts";
import { writeResponse } from "../cognito/write-response.ts";
import { askEarly } from "./ask-early.ts";
import { type InvokeFunction, withChain } from "./chain.ts";
import { withinDeadline } from "./deadline.ts";
import { inShares } from "./limited-load.ts";
import { type Messages, ownMessages } from "./messages.ts";
import { type Notes, noNotes } from "./notes.ts";
import { protectClaims } from "./protect.ts";
import { type LoadPseudonyms, pseudonymsFor } from "./pseudonyms.ts";
import { Refusal, refusalOf } from "./refusal.ts";
import type { SealingPorts } from "./seal.ts";
import type { StaleRows } from "./stale-rows.ts";

/** Everything the corridor needs; nothing in it is optional, and nothing in it is looked up later. */
export type House = SealingPorts & {
  /** Compiled, and bound to its environment. */
  readonly plan: Plan;
  /** The user pools served; empty serves every pool that may invoke the function. */
  readonly pools: readonly string[];
  /** Rows of tables and answers of hooks alike. */
  readonly loadAttributes: LoadAttributes;
  /** Calls the functions behind `chain` sources; null where there are none. */
  readonly invokeFunction: InvokeFunction | null;
  /** Rows of earlier events, for sources that let them stand in. */
  readonly staleRows: StaleRows;
  readonly loadPseudonyms: LoadPseudonyms;
  /** Those of the plan, each compiled once. */
  readonly patterns: ReadonlyMap<string, TextPattern>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds by a clock that only runs forward, from any beginning. */
  readonly steady: () => number;
  /** Milliseconds left for one event. */
  readonly budgetMs: () => number;
};

/** Answers one event, and leaves what it learned of it in `notes`. */
export type CustomizeToken = (event: unknown, notes?: Notes) => Promise<TriggerEvent>;

/**
 * The trigger: event, subject, facts, claims, protection, response.
 *
 * @throws {Refusal} for every reason there is not to issue a token; its message is one of a fixed set of texts.
 */
export function customizeToken(house: House): CustomizeToken {
  const matching = matchPatterns(house.patterns);
  const messages: Messages = ownMessages(house.plan.messages);
  return async (event, notes = noNotes()) => {
    try {
      return await withinDeadline(
        house.budgetMs(),
        (signal, leftMs) => {
          notes.leftMs = leftMs;
          return corridor({ ...house, ...matching, leftMs, signal }, event, notes);
        },
        house.steady,
      );
    } catch (error) {
      throw messages(refusalOf(error), notes.subject);
    }
  };
}

/** The house during one event. */
type Visit = House & Matching & { readonly signal: AbortSignal; readonly leftMs: () => number };

async function corridor(visit: Visit, event: unknown, notes: Notes): Promise<TriggerEvent> {
  const { plan, pools } = visit;
  const subject = readSubject(event);
  notes.subject = subject;
  if (pools.length > 0 && !pools.includes(subject.poolId)) throw new Refusal("POOL_FOREIGN");
  const admission = admit(plan, subject);
  notes.admission = admission;
  if (admission.kind === "untouched") return event as TriggerEvent;
  const sealing = sealingFor(visit, admission, subject);
  const claims =
    admission.kind === "bare"
      ? resolveBare(subject)
      : await timed(visit, notes, "sources", () => claimsOf(visit, admission.profile, subject, event, notes));
  notes.claims = claims;
  const governed = admission.kind === "governed";
  const outcome = await timed(visit, notes, "seal", () => protectClaims(plan, subject, claims, governed, sealing));
  notes.protected = outcome;
  return writeResponse(event as TriggerEvent, subject, outcome.safe);
}

/** What seals, with keys asked for already where it is clear by now which. */
function sealingFor({ plan, ...visit }: Visit, admission: Admission, subject: Subject) {
  const { now, signal } = visit;
  const ports = admission.kind === "governed" ? askEarly(plan, admission.profile, subject, visit, signal) : visit;
  return { ...ports, now, signal };
}

async function claimsOf(
  { plan, now, signal, leftMs, matches, covers, ...visit }: Visit,
  profile: PlanProfile,
  subject: Subject,
  event: unknown,
  notes: Notes,
): Promise<ResolvedClaims> {
  const chained = withChain(visit.loadAttributes, noted(visit.invokeFunction, notes), event);
  const inTime = inShares(chained, profile.reads.length, leftMs);
  const used = (source: string, ageS: number): void => void notes.stale.push({ source, ageS });
  const load = visit.staleRows.behind(inTime, plan.sources, used, event);
  const [look, pseudonym] = await Promise.all([
    gatherFacts(plan, profile, subject, load, { matches, covers, now: new Date(now()) }, signal),
    pseudonymsFor(profile, subject, visit.loadPseudonyms, signal),
  ]);
  return resolveClaims(plan, profile, subject, look, { matches, pseudonym });
}

/** Keeps what a chained function answers: in mode `shadow` that is what goes back. */
function noted(invoke: InvokeFunction | null, notes: Notes): InvokeFunction | null {
  if (invoke === null) return null;
  return (...asked) => {
    notes.chained = invoke(...asked);
    return notes.chained;
  };
}

/** Notes how long a step took, whether it gave anything or threw. */
async function timed<T>({ steady }: House, { ms }: Notes, step: keyof Notes["ms"], work: () => Promise<T>): Promise<T> {
  const start = steady();
  try {
    return await work();
  } finally {
    ms[step] = steady() - start;
  }
}
