import type { TemplateValue } from "./policy-document.ts";

/** What every alarm has, whatever it watches. */
export type Alarm = {
  /** Ends its name in CloudWatch, and is the name of its runbook. */
  readonly name: string;
  /** One sentence, for whoever is woken by it. */
  readonly says: string;
  /** Whether it is for the night, or for the next working day. */
  readonly urgent: boolean;
};

/** Whom alarms tell, and where they say that more can be read. */
export type Told = {
  /** ARN of a topic in the alarm's own region, such as `alarmTopicResources` makes. */
  readonly topicArn: TemplateValue;
  /** The folder of the runbooks, with `/` at its end: a URL, where there is one. */
  readonly runbooks?: string;
};

/** What is wrong, how soon somebody must look, and where it says what to do. */
export function description({ name, says, urgent }: Alarm, { runbooks = "docs/runbooks/" }: Told): string {
  return `${says} ${urgent ? "Urgent" : "Not urgent"}. Runbook: ${runbooks}${name}.md`;
}

/** The logical id of the topic, whose `Ref` is its ARN. */
export const TOPIC_ID = "AlarmTopic";

/**
 * A topic for alarms: whoever is to be told subscribes to it. It is not encrypted under a key of KMS, because AWS's own
 * one lets no alarm publish, and alarms say nothing that is secret.
 */
export function alarmTopicResources(): { readonly [id: string]: TemplateValue } {
  const publish = (Sid: string, service: string): { readonly [member: string]: TemplateValue } => ({
    Sid,
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sns:Publish",
    Resource: { Ref: TOPIC_ID },
  });
  const ownAccount = { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } };
  return {
    [TOPIC_ID]: { Type: "AWS::SNS::Topic" },
    [`${TOPIC_ID}Policy`]: {
      Type: "AWS::SNS::TopicPolicy",
      Properties: {
        Topics: [{ Ref: TOPIC_ID }],
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            { ...publish("AlarmsPublish", "cloudwatch.amazonaws.com"), Condition: ownAccount },
            // Without a condition, as EventBridge's user guide has it ("Amazon SNS permissions").
            publish("RulesPublish", "events.amazonaws.com"),
          ],
        },
      },
    },
  };
}
