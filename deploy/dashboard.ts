import type { Plan } from "../claims/plan.ts";
import { type Deployment, REFUSED_BY_CODE } from "./alarms.ts";
import { NAMESPACE } from "./alarms-metric.ts";
import { OPENS_REFUSED } from "./alarms-reader.ts";
import { jsonText } from "./dashboard-text.ts";
import { answer, graph, type Line, placed, type Row } from "./dashboard-widgets.ts";
import type { TemplateValue } from "./policy-document.ts";

type Resources = { readonly [id: string]: TemplateValue };

/**
 * A dashboard over one deployment of a map, by its logical id: its alarms, and every metric they and others are made of.
 *
 * @param alarms What `alarmResources` gave, and `readerAlarmResources` where services are in the same stack.
 */
export function dashboardResource(
  { name }: Pick<Plan, "name">,
  deployment: Pick<Deployment, "functionName" | "logGroupName">,
  alarms: Resources,
): Resources {
  const rows = [
    states(alarms),
    signIns(name),
    time(name, deployment),
    refusals(name, deployment),
    tokens(name, deployment),
    calls(name),
    outside(name, alarms),
    versions(deployment),
  ];
  return {
    Dashboard: {
      Type: "AWS::CloudWatch::Dashboard",
      Properties: {
        DashboardName: { "Fn::Sub": "${AWS::StackName}" },
        DashboardBody: jsonText({ widgets: placed(rows) }),
      },
    },
  };
}

const own = (service: string, metric: string, drawn: { readonly [key: string]: TemplateValue } = {}): Line => [
  NAMESPACE,
  metric,
  "service",
  service,
  drawn,
];

const idsOf = (resources: Resources, type: string): readonly string[] =>
  Object.entries(resources).flatMap(([id, resource]) => ((resource as { Type?: unknown }).Type === type ? [id] : []));

function states(alarms: Resources): Row {
  const arns = idsOf(alarms, "AWS::CloudWatch::Alarm").map((id) => ({ "Fn::GetAtt": [id, "Arn"] }));
  return { height: 4, widgets: [{ type: "alarm", width: 24, properties: { title: "Alarms", alarms: arns } }] };
}

function signIns(service: string): Row {
  const events = ["Issued", "Refused", "Shadow", "ShadowRefused", "Bare", "Untouched"];
  return {
    height: 6,
    widgets: [
      graph(
        "Sign-ins and refreshes",
        12,
        events.map((metric) => own(service, metric)),
      ),
      graph("Share refused, and of faults", 12, [own(service, "Refused"), own(service, "Faults")], "Average"),
    ],
  };
}

function time(service: string, { functionName, logGroupName }: Pick<Deployment, "functionName" | "logGroupName">): Row {
  const lambda = (metric: string): Line => ["AWS/Lambda", metric, "FunctionName", functionName];
  const percentiles = ["p50", "p90", "p99"].map((stat) => own(service, "DurationMs", { stat, label: stat }));
  return {
    height: 6,
    widgets: [
      graph("Milliseconds", 8, percentiles),
      answer("Milliseconds of reading and of sealing, p99", 8, "timeSeries", logGroupName, [
        "filter v = 1",
        "stats pct(ms.sources, 99) as reading, pct(ms.seal, 99) as sealing by bin(5m)",
      ]),
      graph("The function", 8, [
        own(service, "ColdStart"),
        ...["Errors", "Throttles", "Invocations"].map(lambda),
        [...lambda("ConcurrentExecutions"), { stat: "Maximum" }],
      ]),
    ],
  };
}

function refusals(service: string, { logGroupName }: Pick<Deployment, "logGroupName">): Row {
  const search = `SEARCH('{${NAMESPACE},service,code} MetricName="${REFUSED_BY_CODE}" service="${service}"', 'Sum', 60)`;
  return {
    height: 6,
    widgets: [
      graph("Refused, by code", 12, [[{ expression: search, id: "codes", label: "" }]]),
      answer("Refused, by code and cause", 12, "table", logGroupName, [
        "filter v = 1 and ispresent(code)",
        "stats count(*) as refused, max(ts) as last by code, detail, profile",
        "sort refused desc",
        "limit 20",
      ]),
    ],
  };
}

function tokens(service: string, { logGroupName }: Pick<Deployment, "logGroupName">): Row {
  const missing = ["ClaimsOmitted", "ClaimsUnsealed", "SizeDrops", "StaleRows"];
  return {
    height: 6,
    widgets: [
      graph(
        "Claims left out, and rows that stood in",
        12,
        missing.map((metric) => own(service, metric)),
      ),
      answer("Bytes of an access token", 12, "timeSeries", logGroupName, [
        'filter v = 1 and outcome = "issued"',
        "stats pct(bytes.access, 50) as half, pct(bytes.access, 99) as most by bin(5m)",
      ]),
    ],
  };
}

function calls(service: string): Row {
  const sent = ["DynamoCalls", "KmsCalls", "Retries", "Hedges"];
  const refused = ["DynamoThrottled", "KmsThrottled", "KmsDenied"];
  const hidden = (metric: string, id: string): Line => own(service, metric, { id, visible: false });
  return {
    height: 6,
    widgets: [
      graph(
        "Requests sent",
        8,
        sent.map((metric) => own(service, metric)),
      ),
      graph(
        "Requests turned away",
        8,
        refused.map((metric) => own(service, metric)),
      ),
      graph("Requests to KMS per 1,000 tokens", 8, [
        [{ expression: "1000 * FILL(kms, 0) / issued", id: "share", label: "requests" }],
        hidden("KmsCalls", "kms"),
        hidden("Issued", "issued"),
      ]),
    ],
  };
}

function outside(service: string, alarms: Resources): Row {
  const search = `SEARCH('{${NAMESPACE},resourceServer,code} MetricName="${OPENS_REFUSED}"', 'Sum', 60)`;
  const rules = idsOf(alarms, "AWS::Events::Rule").map(
    (id): Line => ["AWS/Events", "MatchedEvents", "RuleName", { Ref: id }],
  );
  const unexpected = ["Internal", "Strays", "RecordsLost", "NotEnforcing"];
  return {
    height: 6,
    widgets: [
      graph("Refused by services, by code", 8, [[{ expression: search, id: "opens", label: "" }]]),
      graph("Changes of keys, pool and function", 8, rules),
      graph(
        "What should not be",
        8,
        unexpected.map((metric) => own(service, metric)),
      ),
    ],
  };
}

function versions({ logGroupName }: Pick<Deployment, "logGroupName">): Row {
  return {
    height: 6,
    widgets: [
      answer("Revisions of the map", 24, "table", logGroupName, [
        "filter v = 1",
        "stats count(*) as events, sum(Refused) as refused, min(ts) as since, max(ts) as until by revision, planSha256, resolvedSha256, mode",
        "sort until desc",
      ]),
    ],
  };
}
