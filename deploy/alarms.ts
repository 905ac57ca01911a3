import type { Plan } from "../claims/plan.ts";
import {
  byOthers,
  changeRule,
  FUNCTION_CHANGED,
  KEY_CHANGED,
  ofFunction,
  ofKeys,
  ofPool,
  POOL_CHANGED,
} from "./alarms-change.ts";
import { federationAlarm } from "./alarms-federation.ts";
import { countingFilter } from "./alarms-filter.ts";
import { TRIGGER_ALARMS, type Watches } from "./alarms-list.ts";
import { type Metric, metricAlarm, NAMESPACE, type Watched } from "./alarms-metric.ts";
import type { Told } from "./alarms-topic.ts";
import type { IssuerResources } from "./issuer-policy.ts";
import type { TemplateValue } from "./policy-document.ts";
import { sealedServers } from "./sealed-servers.ts";
import { VARIABLE } from "./stores.ts";

/** One deployment: where its metrics, its log and its changes are to be found. */
export type Deployment = {
  readonly functionName: TemplateValue;
  /** The function for what identity providers send, where there is one in the stack. */
  readonly federationFunctionName?: TemplateValue;
  /** Of the function. */
  readonly logGroupName: TemplateValue;
  readonly userPoolId: TemplateValue;
  /** ARNs of the map's keys in this region, as `watchedKeys` finds them. */
  readonly keyArns: readonly TemplateValue[];
};

/** ARNs of roles and users whose changes are expected, such as a pipeline's role. Where there are none, nobody's are. */
export type Deployers = { readonly deployers: readonly TemplateValue[] };

/** The metric that counts refusals by their code. */
export const REFUSED_BY_CODE = "RefusedByCode";

/**
 * The alarms of one deployment of a map, by logical id: over its metrics, over Lambda's, and rules for what CloudTrail
 * tells of its keys, its pool and its function. An alarm that could never fire for this map is not among them.
 *
 * Metrics go by the map's name alone: two deployments of a map in one region of one account are watched as one.
 */
export function alarmResources(
  plan: Plan,
  deployment: Deployment & Deployers & Told,
): { readonly [id: string]: TemplateValue } {
  const { logGroupName, userPoolId, functionName, deployers } = deployment;
  const byDeployers = byOthers(deployers);
  return {
    RefusedByCodeFilter: countingFilter(logGroupName, REFUSED_BY_CODE, '$.v = 1 && $.code = "*"', {
      service: "$.service",
      code: "$.code",
    }),
    ...Object.fromEntries([
      ...TRIGGER_ALARMS.filter(({ needed }) => needed?.(plan) ?? true).map((alarm) =>
        metricAlarm(alarm, watched(alarm.watches, plan, deployment), deployment),
      ),
      changeRule(POOL_CHANGED, { ...ofPool(userPoolId), ...byDeployers }, deployment),
      changeRule(FUNCTION_CHANGED, { ...ofFunction(functionName), ...byDeployers }, deployment),
    ]),
    ...federationAlarm(plan, deployment.federationFunctionName, deployment),
    ...keyAlarmResources(deployment),
  };
}

/**
 * The rule over a map's keys in one region, by logical id: CloudTrail tells of a key where the key is. For the other
 * regions of a map this is all there is to watch.
 */
export function keyAlarmResources({ keyArns, ...told }: Pick<Deployment, "keyArns"> & Told): {
  readonly [id: string]: TemplateValue;
} {
  if (keyArns.length === 0) return {};
  return Object.fromEntries([changeRule(KEY_CHANGED, ofKeys(keyArns), told)]);
}

/**
 * ARNs of every key of a map that is in a region, as far as the map tells.
 *
 * @param region That of the stack; what states no region is there too.
 */
export function watchedKeys(
  plan: Plan,
  region: string | undefined,
  { keyArn, pseudonymKeyArn }: Pick<IssuerResources, "keyArn" | "pseudonymKeyArn">,
): readonly TemplateValue[] {
  const isHere = ({ key, region: stated }: { readonly key: string; readonly region?: string }): boolean => {
    const place = stated ?? (key.startsWith("arn:") ? key.split(":")[3] : undefined);
    return place === undefined || region === undefined || place === region || VARIABLE.test(place);
  };
  const sealed = sealedServers(plan).filter(([, { seal }]) => isHere(seal));
  return [
    ...sealed.map(([name, server]) => keyArn(name, server)),
    ...(plan.pseudonyms && isHere(plan.pseudonyms) ? [pseudonymKeyArn(plan.pseudonyms)] : []),
  ];
}

function watched(watches: Watches, plan: Plan, { functionName }: Deployment): Watched {
  const own = (name: string): Metric => ({ namespace: NAMESPACE, name, dimensions: { service: plan.name } });
  const lambda = (name: string): Metric => ({
    namespace: "AWS/Lambda",
    name,
    dimensions: { FunctionName: functionName },
  });
  if ("own" in watches) return own(watches.own);
  if ("lambda" in watches) return lambda(watches.lambda);
  if ("code" in watches) {
    const { dimensions } = own(REFUSED_BY_CODE);
    return { ...own(REFUSED_BY_CODE), dimensions: { ...dimensions, code: watches.code } };
  }
  // Lambda counts a refusal as an error too, and whatever has no record besides.
  return {
    expression: "errors - FILL(refused, 0)",
    metrics: { errors: lambda("Errors"), refused: own("Refused") },
  };
}
