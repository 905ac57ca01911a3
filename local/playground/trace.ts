import { evaluate, type Outcome, type World } from "../../claims/evaluate/evaluate.ts";
import { matchPatterns } from "../../claims/evaluate/match-patterns.ts";
import { tokenValue } from "../../claims/evaluate/token-value.ts";
import { highestClass } from "../../claims/language/lattice.ts";
import { printReference } from "../../claims/language/reference.ts";
import type { Class, Expr, Plan, PlanClaim, PlanProfile, Reference } from "../../claims/plan.ts";
import { printExpression } from "../../claims/reports/print-expression.ts";
import { originsOf, referencesOf, standingIn } from "../../claims/reports/references.ts";
import type { Subject } from "../../cognito/subject.ts";
import { pseudonymsFor } from "../../triggers/pseudonyms.ts";
import { type ExplainedFacts, explainFacts } from "../explain-facts.ts";
import { outcomesOf } from "../explain-outcome.ts";
import { answerText, explainRead } from "../explain-reads.ts";
import type { Issuing } from "./issue.ts";
import type { Trace, TraceStep } from "./messages.ts";
import type { TracePlaces } from "./trace-places.ts";
import { readValue } from "./trace-value.ts";

/** Follows every claim of a profile from where it begins to each of its readers. */
export async function tracesOf(
  plan: Plan,
  profile: PlanProfile,
  subject: Subject,
  { house, issue }: Issuing,
  places: TracePlaces,
): Promise<readonly Trace[]> {
  const matching = matchPatterns(house.patterns);
  const signal = AbortSignal.timeout(house.budgetMs());
  const tools = { ...matching, now: new Date(house.now()) };
  const facts = await explainFacts(plan, profile, subject, house.loadAttributes, tools, signal);
  const pseudonym = await pseudonymsFor(profile, subject, house.loadPseudonyms, signal);
  const world: World = {
    look: facts.failing,
    matches: matching.matches,
    pseudonym: pseudonym({ kind: "client", id: subject.clientId }),
  };
  return profile.claims.map((claim): Trace => {
    const when = claim.when && evaluate(claim.when, world);
    const value = evaluate(claim.value, world);
    const written = (...steps: string[]) => places.inMap(["profiles", profile.name, "claims", claim.name, ...steps]);
    const expression = (kind: "condition" | "value", text: string, outcome: Outcome): TraceStep => ({
      kind,
      name: text,
      state: outcome.known ? "known" : outcome.because,
      text: "",
      ...(outcome.known && { value: tokenValue(outcome.value) }),
      class: kind === "value" ? claim.class : classOf(plan, claim.when),
      inMap: written(kind === "value" ? "value" : "when"),
      inData: null,
    });
    return {
      claim: claim.name,
      class: claim.class,
      effect: claim.effect ?? null,
      at: written(),
      steps: [
        ...stepsTo(plan, claim, subject, facts, places),
        ...(claim.when && when ? [expression("condition", printExpression(claim.when), when)] : []),
        expression("value", printExpression(claim.value), value),
        ...outcomesOf(plan, claim, issue, { when, value }).map(
          ({ reader, result, because }): TraceStep => ({
            kind: "outcome",
            name: reader,
            state: result,
            text: because,
            class: result === "sealed" ? "sealed" : claim.class,
            inMap: written(claim.sealFor.includes(reader) ? "sealFor" : "to"),
            inData: null,
          }),
        ),
      ],
    };
  });
}

/** As private as the most private value it reads: what a condition comes to says something of that. */
function classOf(plan: Plan, expr: Expr | undefined): Class {
  return highestClass(referencesOf(expr).map((reference) => standingIn(plan, reference).class));
}

/** Everything a claim depends on, what is read first first, each once. */
function stepsTo(
  plan: Plan,
  { value, when }: PlanClaim,
  subject: Subject,
  facts: ExplainedFacts,
  places: TracePlaces,
): readonly TraceStep[] {
  const steps = new Map<string, TraceStep>();
  const begun = new Set<string>();
  const visit = (reference: Reference): void => {
    const name = printReference(reference);
    if (begun.has(name)) return;
    begun.add(name);
    const [root] = reference;
    for (const origin of [...originsOf(plan, reference), ...partitionsOf(plan, root)]) visit(origin);
    if (Object.hasOwn(plan.sources, root) && !steps.has(root)) steps.set(root, sourceStep(root, facts, places));
    if (reference.length > 1 || !Object.hasOwn(plan.sources, root)) {
      steps.set(name, valueStep(plan, reference, subject, facts, places));
    }
  };
  for (const reference of [...referencesOf(value), ...referencesOf(when)]) visit(reference);
  return [...steps.values()];
}

/** What of a partition says where a source is. */
function partitionsOf({ sources }: Plan, root: string): readonly Reference[] {
  const source = Object.hasOwn(sources, root) ? sources[root] : undefined;
  if (source === undefined || !("table" in source)) return [];
  const names = [...`${source.table} ${source.region ?? ""}`.matchAll(/\{partition\.(\w+)\}/g)];
  return names.map(([, name = ""]): Reference => ["partition", name]);
}

function sourceStep(source: string, facts: ExplainedFacts, places: TracePlaces): TraceStep {
  const answer = facts.answers.get(source);
  return {
    kind: "source",
    name: source,
    state: STATES[answer?.result.state ?? "failed"],
    text: answerText(answer),
    class: "open",
    inMap: places.inMap(["sources", source]),
    inData: answer ? places.ofRow(answer.request) : null,
  };
}

const STATES = { found: "present", rows: "present", missing: "absent", failed: "failed" } as const;

function valueStep(
  plan: Plan,
  reference: Reference,
  subject: Subject,
  facts: ExplainedFacts,
  places: TracePlaces,
): TraceStep {
  const [root] = reference;
  const read = explainRead(plan, reference, subject, facts, false);
  const isOfSource = Object.hasOwn(plan.sources, root);
  const value = readValue(plan, reference, facts);
  return {
    kind: isOfSource ? "attribute" : root === "tenant" || root === "partition" ? "worked out" : "event",
    name: read.reference,
    state: read.state,
    text: read.state === "refused" ? (read.shape ?? "") : "",
    ...(value !== undefined && { value }),
    class: read.class,
    inMap: places.ofDeclaration(reference),
    inData: isOfSource ? places.ofAttribute(facts.answers.get(root)?.request, reference) : places.inEvent(reference),
  };
}
