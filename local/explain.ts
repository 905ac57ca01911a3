import { admit } from "../claims/admit.ts";
import { ClaimsError } from "../claims/claims-error.ts";
import { evaluate, type Outcome, type World } from "../claims/evaluate/evaluate.ts";
import { matchPatterns } from "../claims/evaluate/match-patterns.ts";
import { tokenValue } from "../claims/evaluate/token-value.ts";
import type { Class, Effect, Plan, Trust } from "../claims/plan.ts";
import { printExpression } from "../claims/reports/print-expression.ts";
import type { JsonValue } from "../cognito/json.ts";
import { readSubject } from "../cognito/read-subject.ts";
import type { Subject } from "../cognito/subject.ts";
import { BUDGET_MS } from "../triggers/deadline.ts";
import { withHooks } from "../triggers/hooks.ts";
import { pseudonymsFor } from "../triggers/pseudonyms.ts";
import { explainFacts } from "./explain-facts.ts";
import { type ClaimOutcome, outcomesOf } from "./explain-outcome.ts";
import { type ExplainedRead, explainReads, shapeOf } from "./explain-reads.ts";
import { houseInMemory, issueTokens } from "./issue-in-memory.ts";
import type { PreviewInput } from "./preview.ts";
import { rowsInMemory } from "./rows-in-memory.ts";

export type ExplainInput = Omit<PreviewInput, "environment"> & {
  /** Bound to its environment. */
  readonly plan: Plan;
  readonly claim: string;
  /** A profile of the plan; the one the event matches, or another one as if it did. */
  readonly profile: string;
  /** Shows `open` values; those of any other class stay masked. */
  readonly reveal?: boolean;
};

/** Why a claim is what it is for one event. Values are masked: their shapes stand for them. */
export type Explanation = {
  readonly claim: string;
  readonly profile: string;
  /** As far as it is protected where it goes. */
  readonly class: Class;
  readonly trust: Trust;
  readonly effect: Effect | null;
  readonly reads: readonly ExplainedRead[];
  readonly when: ExplainedExpression | null;
  readonly value: ExplainedExpression;
  /** Where the claim ends up; one entry for each token and resource server it is for. */
  readonly outcomes: readonly ClaimOutcome[];
  /** Why there is no token at all. */
  readonly refused: { readonly code: string; readonly detail: string } | null;
};

export type ExplainedExpression = {
  /** As CEL. */
  readonly text: string;
  /** What it came to; otherwise why that is not known. */
  readonly state: "known" | "absent" | "invalid" | "failed" | "error";
  readonly shape: string | null;
  /** Of a condition, always; of a value, where it was asked for and is `open`. */
  readonly value?: JsonValue;
};

/** What an event has to do with a plan: the profile it is for, by name, or why there is none. */
export type ExplainedProfile =
  | { readonly profile: string; readonly none: null }
  | { readonly profile: null; readonly none: { readonly code: string; readonly detail: string } };

/**
 * The profile whose claims an event gets.
 *
 * @throws {CognitoError} `EVENT_MALFORMED`
 */
export function profileOf(plan: Plan, event: unknown): ExplainedProfile {
  try {
    const admission = admit(plan, readSubject(event));
    if (admission.kind === "governed") return { profile: admission.profile.name, none: null };
    const detail = `clients without a profile get ${admission.kind} tokens here`;
    return { profile: null, none: { code: "PROFILE_NONE", detail } };
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error;
    return { profile: null, none: { code: error.code, detail: error.message } };
  }
}

/**
 * Explains one claim of one profile for one event: everything it depends on, what its condition and its value came to,
 * and what became of it, which is what a sign-in would make of it. `null` for a claim that the profile does not have.
 *
 * @throws {CognitoError} `EVENT_MALFORMED`
 */
export async function explainClaim(input: ExplainInput): Promise<Explanation | null> {
  const { tables, hooks = {}, chained = {}, now = Date.now, reveal = false, event } = input;
  const subject = readSubject(event);
  const plan = servingOnly(input.plan, input.profile, subject);
  const [profile] = plan.profiles;
  const claim = profile?.claims.find(({ name }) => name === input.claim);
  if (profile === undefined || claim === undefined) return null;
  const load = withHooks(rowsInMemory(tables, chained), hooks);
  const issuing = houseInMemory(plan, load, now, BUDGET_MS);
  const matching = matchPatterns(issuing.house.patterns);
  const signal = AbortSignal.timeout(BUDGET_MS);
  const facts = await explainFacts(plan, profile, subject, load, { ...matching, now: new Date(now()) }, signal);
  const pseudonym = await pseudonymsFor(profile, subject, issuing.house.loadPseudonyms, signal);
  const world: World = {
    look: facts.failing,
    matches: matching.matches,
    pseudonym: pseudonym({ kind: "client", id: subject.clientId }),
  };
  const when = claim.when && evaluate(claim.when, world);
  const value = evaluate(claim.value, world);
  const issue = await issueTokens(issuing, event);
  return {
    claim: claim.name,
    profile: profile.name,
    class: claim.class,
    trust: claim.trust,
    effect: claim.effect ?? null,
    reads: explainReads(plan, claim, subject, facts, reveal),
    when: claim.when && when ? explained(printExpression(claim.when), when, "open", true) : null,
    value: explained(printExpression(claim.value), value, claim.class, reveal),
    outcomes: outcomesOf(plan, claim, issue, { when, value }),
    refused: issue.refused && { code: issue.refused.code, detail: issue.refused.detail },
  };
}

/** A plan in which this profile is the one for this subject, whether or not it is in the map. */
function servingOnly(plan: Plan, name: string, { grant, clientId }: Subject): Plan {
  const profiles = plan.profiles.filter((profile) => profile.name === name);
  return { ...plan, profiles: profiles.map((profile) => ({ ...profile, grants: [grant], clients: [clientId] })) };
}

function explained(text: string, outcome: Outcome, how: Class, reveal: boolean): ExplainedExpression {
  if (!outcome.known) return { text, state: outcome.because, shape: null };
  const value = reveal && how === "open" ? tokenValue(outcome.value) : undefined;
  return { text, state: "known", shape: shapeOf(outcome.value, how), ...(value !== undefined && { value }) };
}
