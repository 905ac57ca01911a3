import type { Sample } from "./cloudwatch.ts";

type MetricProperties = {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
};

/** An alarm's properties, as CloudFormation hands them to CloudWatch. */
export type AlarmProperties = {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
} & (
  | (MetricProperties & {
      readonly Period: number;
      readonly Statistic?: string;
      readonly ExtendedStatistic?: string;
    })
  | {
      readonly Metrics: readonly (
        | { readonly Id: string; readonly Expression: string; readonly ReturnData: true }
        | {
            readonly Id: string;
            readonly MetricStat: { readonly Metric: MetricProperties; readonly Stat: string; readonly Period: number };
            readonly ReturnData: false;
          }
      )[];
    }
);

/**
 * The state of an alarm at a time, over whole periods that have passed (CloudWatch user guide, "Evaluating an alarm").
 * CloudWatch itself looks a little further back where data are missing, so it may fire where this does not yet.
 */
export function alarmState(alarm: AlarmProperties, samples: readonly Sample[], at: number): "ALARM" | "OK" {
  if (alarm.ComparisonOperator !== "GreaterThanThreshold" || alarm.TreatMissingData !== "notBreaching") {
    throw new Error("a comparison that is not known here");
  }
  const seconds = "Metrics" in alarm ? periodOf(alarm.Metrics) : alarm.Period;
  const end = Math.floor(at / (seconds * 1000)) * seconds * 1000;
  const points = Array.from({ length: alarm.EvaluationPeriods }, (_, back) => {
    const to = end - back * seconds * 1000;
    return point(
      alarm,
      samples.filter((sample) => sample.at >= to - seconds * 1000 && sample.at < to),
    );
  });
  const breaching = points.filter((value) => value !== null && value > alarm.Threshold);
  return breaching.length >= alarm.DatapointsToAlarm ? "ALARM" : "OK";
}

function periodOf(metrics: Extract<AlarmProperties, { readonly Metrics: unknown }>["Metrics"]): number {
  const periods = metrics.flatMap((each) => ("MetricStat" in each ? [each.MetricStat.Period] : []));
  if (new Set(periods).size !== 1) throw new Error("terms of several periods");
  return periods[0] ?? Number.NaN;
}

/** The value of one period; null where it has none. */
function point(alarm: AlarmProperties, samples: readonly Sample[]): number | null {
  if (!("Metrics" in alarm)) {
    return statistic(alarm.ExtendedStatistic ?? alarm.Statistic ?? "", ofMetric(alarm, samples));
  }
  const values = new Map<string, number | null>();
  let expression = "";
  for (const each of alarm.Metrics) {
    if ("Expression" in each) expression = each.Expression;
    else values.set(each.Id, statistic(each.MetricStat.Stat, ofMetric(each.MetricStat.Metric, samples)));
  }
  return worked(expression, values);
}

/** Dimensions are all of a metric's name: one more or one less is another metric. */
function ofMetric({ Namespace, MetricName, Dimensions }: MetricProperties, samples: readonly Sample[]): number[] {
  const wanted = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  const isOne = ({ dimensions }: Sample): boolean =>
    Object.keys({ ...wanted, ...dimensions }).every((name) => wanted[name] === dimensions[name]);
  return samples
    .filter((sample) => sample.namespace === Namespace && sample.name === MetricName && isOne(sample))
    .map(({ value }) => value);
}

function statistic(name: string, values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sum = values.reduce((total, value) => total + value, 0);
  const [, percent] = /^p(\d+)$/.exec(name) ?? [];
  if (percent !== undefined) {
    const sorted = values.toSorted((a, b) => a - b);
    return sorted[Math.ceil((sorted.length * Number(percent)) / 100) - 1] ?? null;
  }
  if (name === "Sum") return sum;
  if (name === "Average") return sum / values.length;
  throw new Error(`a statistic that is not known here: ${name}`);
}

/** Sums and differences of terms, some of them filled; a term that has no value leaves the whole without one. */
function worked(expression: string, values: ReadonlyMap<string, number | null>): number | null {
  const terms = expression
    .replaceAll(" - ", " + -")
    .split(" + ")
    .map((term) => {
      const [, sign = "", filled, fill, plain] = /^(-?)(?:FILL\((\w+), (\d+)\)|(\w+))$/.exec(term) ?? [];
      const value = values.get(filled ?? plain ?? "");
      if (value === undefined) throw new Error(`a term that is not known here: ${term}`);
      const known = value ?? (fill === undefined ? null : Number(fill));
      return known === null ? null : Number(`${sign}1`) * known;
    });
  return terms.reduce((total, term) => (total === null || term === null ? null : total + term), 0);
}
