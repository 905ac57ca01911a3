import { ClaimsError } from "../claims/claims-error.ts";
import type { Look } from "../claims/evaluate/evaluate.ts";
import type { Fact, LoadAttributes, RowRequest, RowResult } from "../claims/facts.ts";
import { gatherFacts } from "../claims/gather/gather-facts.ts";
import { type FactTools, lookAt } from "../claims/gather/look-at.ts";
import type { Plan, PlanProfile, PlanSource, Reference } from "../claims/plan.ts";
import type { Subject } from "../cognito/subject.ts";

/** A fact, or the code that looking for it refuses the token with. */
export type ExplainedFact = Fact | { readonly state: "refused"; readonly code: string };

/** What was found for one subject, as far as it could be read, and how each source answered. */
export type ExplainedFacts = {
  readonly look: (reference: Reference) => ExplainedFact;
  /** For evaluating: what would refuse the token is as good as failed. */
  readonly failing: Look;
  /** By source; a source that was not asked has no entry. */
  readonly answers: ReadonlyMap<string, SourceAnswer>;
};

export type SourceAnswer = { readonly request: RowRequest; readonly result: RowResult };

/**
 * Finds the facts of one subject as a sign-in would, and goes on where a sign-in would end: a missing row is empty, a
 * failed one leaves its attributes failed. So the reason for a refusal can be told with everything around it.
 */
export async function explainFacts(
  plan: Plan,
  profile: PlanProfile,
  subject: Subject,
  load: LoadAttributes,
  tools: FactTools,
  signal: AbortSignal,
): Promise<ExplainedFacts> {
  const answers = new Map<string, SourceAnswer>();
  const recorded: LoadAttributes = async (requests, within) => {
    const results = await load(requests, within);
    for (const [index, request] of requests.entries()) {
      answers.set(request.source, { request, result: results[index] ?? { state: "failed" } });
    }
    return results;
  };
  const strict = await gathered(forgiving(plan), profile, subject, recorded, tools, signal);
  const look = (reference: Reference): ExplainedFact => {
    try {
      return strict(reference);
    } catch (error) {
      if (!(error instanceof ClaimsError)) throw error;
      return { state: "refused", code: error.code };
    }
  };
  const failing: Look = (reference) => {
    const fact = look(reference);
    return fact.state === "refused" ? { state: "failed" } : fact;
  };
  return { look, failing, answers };
}

/** A key may be built from a tenant or a partition that refuses: then what comes before it is all there is. */
async function gathered(
  plan: Plan,
  profile: PlanProfile,
  subject: Subject,
  load: LoadAttributes,
  tools: FactTools,
  signal: AbortSignal,
): Promise<Look> {
  const needs = { ...profile.needs, tenant: false, partition: false };
  for (let waves = profile.reads.length; waves > 0; waves -= 1) {
    try {
      const reads = profile.reads.slice(0, waves);
      return await gatherFacts(plan, { ...profile, reads, needs }, subject, load, tools, signal);
    } catch (error) {
      if (!(error instanceof ClaimsError)) throw error;
    }
  }
  return lookAt(plan, subject, new Map(), tools);
}

function forgiving(plan: Plan): Plan {
  const sources = Object.entries(plan.sources).map(([name, source]): [string, PlanSource] => [
    name,
    { ...source, onMissing: "empty", onError: "unknown" },
  ]);
  return { ...plan, sources: Object.fromEntries(sources) };
}
