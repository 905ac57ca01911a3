import type { Plan } from "../claims/plan.ts";
import { type MetricAlarm, metricAlarm } from "./alarms-metric.ts";
import type { Told } from "./alarms-topic.ts";
import type { TemplateValue } from "./policy-document.ts";

/** Over Lambda's own count: a refusal is thrown, and this trigger writes no metrics. */
export const FEDERATION_ALARM: MetricAlarm = {
  name: "providers-refused",
  says: "People of identity providers are refused before they are stored, or the function for them fails.",
  urgent: true,
  statistic: "Sum",
  over: 0,
  minutes: 1,
  of: [3, 15],
};

/** The alarm over the trigger for identity providers, by logical id; none for a map without a `federation`. */
export function federationAlarm(
  { federation }: Pick<Plan, "federation">,
  functionName: TemplateValue | undefined,
  told: Told,
): { readonly [id: string]: TemplateValue } {
  if (federation === undefined || functionName === undefined) return {};
  const errors = { namespace: "AWS/Lambda", name: "Errors", dimensions: { FunctionName: functionName } };
  return Object.fromEntries([metricAlarm(FEDERATION_ALARM, errors, told)]);
}
