import { tokenValue } from "../../claims/evaluate/token-value.ts";
import type { Fact, RowValue } from "../../claims/facts.ts";
import type { Plan, Reference } from "../../claims/plan.ts";
import type { JsonValue } from "../../cognito/json.ts";
import type { ExplainedFacts } from "../explain-facts.ts";

/** What a reference came to, as a token would hold it; of several rows a list, null for a row without it. */
export function readValue(plan: Plan, reference: Reference, { look }: ExplainedFacts): JsonValue | undefined {
  const [root, attribute] = reference;
  const isOfRows = attribute !== undefined && Object.hasOwn(plan.sources, root) && plan.sources[root]?.kind === "query";
  const fact = look(isOfRows ? [root] : reference);
  if (fact.state !== "present") return undefined;
  if (!isOfRows) return tokenValue(fact.value);
  return (fact.value as readonly RowValue[]).map(({ attributes }) => ofRow(attributes.get(attribute)) ?? null);
}

function ofRow(fact: Fact | undefined): JsonValue | undefined {
  return fact?.state === "present" ? tokenValue(fact.value) : undefined;
}
