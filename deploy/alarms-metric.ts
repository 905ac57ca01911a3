import { type Alarm, description, type Told } from "./alarms-topic.ts";
import { logicalId } from "./logical-id.ts";
import type { TemplateValue } from "./policy-document.ts";

/** The namespace of whatever the trigger and its readers count. */
export const NAMESPACE = "claimseal";

/** A statistic, and what it must not be over. */
export type Threshold = {
  readonly statistic: "Average" | "Sum" | "p99";
  readonly over: number;
  /** Minutes that the statistic is taken over. */
  readonly minutes: number;
  /** In how many of the last such periods it has to be over. */
  readonly of: readonly [breaching: number, last: number];
};

export type MetricAlarm = Alarm & Threshold;

/** A metric, as CloudWatch tells it from others. */
export type Metric = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: { readonly [name: string]: TemplateValue };
};

/** One metric, or an expression over several by the ids they have in it. */
export type Watched = Metric | { readonly expression: string; readonly metrics: { readonly [id: string]: Metric } };

/**
 * An alarm as a resource, with its logical id.
 *
 * @param owner Stands in front of its name, where a stack has several alarms of it.
 */
export function metricAlarm(
  alarm: MetricAlarm,
  watched: Watched,
  told: Told,
  owner?: string,
): readonly [id: string, resource: TemplateValue] {
  const name = owner === undefined ? alarm.name : `${owner}-${alarm.name}`;
  const [breaching, last] = alarm.of;
  return [
    `${logicalId(name)}Alarm`,
    {
      Type: "AWS::CloudWatch::Alarm",
      Properties: {
        AlarmName: { "Fn::Sub": `\${AWS::StackName}-${name}` },
        AlarmDescription: description(alarm, told),
        ...("expression" in watched ? overSeveral(watched, alarm) : overOne(watched, alarm)),
        EvaluationPeriods: last,
        DatapointsToAlarm: breaching,
        Threshold: alarm.over,
        ComparisonOperator: "GreaterThanThreshold",
        // Most metrics are written only when there is something to count.
        TreatMissingData: "notBreaching",
        AlarmActions: [told.topicArn],
        OKActions: [told.topicArn],
      },
    },
  ];
}

type Properties = { readonly [property: string]: TemplateValue };

function overOne(metric: Metric, { statistic, minutes }: Threshold): Properties {
  const stat = statistic === "p99" ? { ExtendedStatistic: statistic } : { Statistic: statistic };
  return { ...named(metric), ...stat, Period: minutes * 60 };
}

function overSeveral({ expression, metrics }: Exclude<Watched, Metric>, { statistic, minutes }: Threshold): Properties {
  const terms = Object.entries(metrics).map(([id, metric]) => ({
    Id: id,
    MetricStat: { Metric: named(metric), Stat: statistic, Period: minutes * 60 },
    ReturnData: false,
  }));
  return { Metrics: [{ Id: "watched", Expression: expression, ReturnData: true }, ...terms] };
}

function named({ namespace, name, dimensions }: Metric): Properties {
  const pairs = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Namespace: namespace, MetricName: name, Dimensions: pairs };
}
