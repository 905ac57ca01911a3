import { NAMESPACE } from "./alarms-metric.ts";
import type { TemplateValue } from "./policy-document.ts";

/** Counts lines of JSON; a dimension's value is what stands in the line's field. */
export function countingFilter(
  logGroupName: TemplateValue,
  metric: string,
  pattern: string,
  dimensions: { readonly [key: string]: string },
): TemplateValue {
  return {
    Type: "AWS::Logs::MetricFilter",
    Properties: {
      LogGroupName: logGroupName,
      FilterPattern: `{ ${pattern} }`,
      MetricTransformations: [
        {
          MetricNamespace: NAMESPACE,
          MetricName: metric,
          MetricValue: "1",
          Unit: "Count",
          Dimensions: Object.entries(dimensions).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
    },
  };
}
