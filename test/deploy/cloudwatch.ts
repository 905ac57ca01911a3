/** One value that a metric was given. */
export type Sample = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
};

type Json = Readonly<Record<string, unknown>>;

/** What CloudWatch makes of a line in its embedded metric format (user guide, "Specification"). */
export function embedded(line: string): readonly Sample[] {
  const document = JSON.parse(line) as Json;
  const { Timestamp, CloudWatchMetrics } = document["_aws"] as {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name }) => ({
        namespace: Namespace,
        name: Name,
        dimensions: Object.fromEntries(names.map((name) => [name, String(document[name])])),
        value: Number(document[Name]),
        at: Timestamp,
      })),
    ),
  );
}

/** A metric filter's properties, as CloudFormation hands them to CloudWatch Logs. */
export type FilterProperties = {
  readonly FilterPattern: string;
  readonly MetricTransformations: readonly {
    readonly MetricNamespace: string;
    readonly MetricName: string;
    readonly MetricValue: string;
    readonly Dimensions: readonly { readonly Key: string; readonly Value: string }[];
  }[];
};

/** What a metric filter makes of a line that came at a time (Logs user guide, "Filter pattern syntax"). */
export function filtered(properties: FilterProperties, line: string, at: number): readonly Sample[] {
  const event = jsonOf(line);
  if (event === null || !matches(properties.FilterPattern, event)) return [];
  return properties.MetricTransformations.map(({ MetricNamespace, MetricName, MetricValue, Dimensions }) => ({
    namespace: MetricNamespace,
    name: MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Key, Value }) => [Key, String(event[fieldOf(Value)])])),
    value: Number(MetricValue),
    at,
  }));
}

function jsonOf(line: string): Json | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}

/** Comparisons joined by `&&`, alternatives in brackets among them: what patterns here are made of. */
function matches(pattern: string, event: Json): boolean {
  const [, inside] = /^\{ (.+) \}$/.exec(pattern) ?? [];
  if (inside === undefined) throw new Error(`no pattern for JSON: ${pattern}`);
  return inside.split(" && ").every((term) => {
    const [, alternatives] = /^\((.+)\)$/.exec(term) ?? [];
    return (alternatives ?? term).split(" || ").some((each) => compares(each, event));
  });
}

function compares(comparison: string, event: Json): boolean {
  const [, selector = "", text, number] = /^(\$\.\w+) = (?:"([\w*-]+)"|(\d+))$/.exec(comparison) ?? [];
  if (selector === "") throw new Error(`no comparison: ${comparison}`);
  const value = event[fieldOf(selector)];
  if (number !== undefined) return value === Number(number);
  return typeof value === "string" && (text === "*" || value === text);
}

function fieldOf(selector: string): string {
  const [, field] = /^\$\.(\w+)$/.exec(selector) ?? [];
  if (field === undefined) throw new Error(`no field: ${selector}`);
  return field;
}
