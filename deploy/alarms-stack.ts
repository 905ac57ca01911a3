import type { Plan } from "../claims/plan.ts";
import { alarmResources, type Deployers, type Deployment, keyAlarmResources } from "./alarms.ts";
import { alarmTopicResources, TOPIC_ID, type Told } from "./alarms-topic.ts";
import { dashboardResource } from "./dashboard.ts";
import type { TemplateValue } from "./policy-document.ts";

/** Parts of a template. */
export type Watch = {
  readonly Resources: { readonly [id: string]: TemplateValue };
  readonly Outputs: { readonly [id: string]: TemplateValue };
};

/** Everything that watches a map's stack: its alarms, the topic they are told to, and a dashboard. */
export function stackWatch(plan: Plan, deployment: Deployment & Deployers & Pick<Told, "runbooks">): Watch {
  const alarms = alarmResources(plan, { ...deployment, topicArn: TOPIC });
  return {
    Resources: { ...alarmTopicResources(), ...alarms, ...dashboardResource(plan, deployment, alarms) },
    Outputs,
  };
}

/** What watches a map's keys in another region, where there are any: CloudTrail tells of them there, and so does a topic. */
export function regionWatch({ keyArns, ...told }: Pick<Deployment, "keyArns"> & Pick<Told, "runbooks">): Watch {
  if (keyArns.length === 0) return { Resources: {}, Outputs: {} };
  return {
    Resources: { ...alarmTopicResources(), ...keyAlarmResources({ keyArns, ...told, topicArn: TOPIC }) },
    Outputs,
  };
}

const TOPIC: TemplateValue = { Ref: TOPIC_ID };

/** To subscribe to. */
const Outputs: Watch["Outputs"] = { [`${TOPIC_ID}Arn`]: { Value: TOPIC } };
