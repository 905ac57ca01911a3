import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegoEngine, TemplateFile } from "@aws/cloudformation-validate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { regionWatch } from "../../deploy/alarms-stack.ts";
import { alarmTopicResources, TOPIC_ID } from "../../deploy/alarms-topic.ts";
import { BILLING_KEY } from "./a-deployment.ts";
import { watchedTemplate } from "./a-watched-deployment.ts";
import { watchedPlan } from "./a-watched-trigger.ts";

const folder = mkdtempSync(join(tmpdir(), "claimseal-alarms-"));
let engine: InstanceType<typeof RegoEngine>;

beforeAll(() => {
  engine = new RegoEngine();
});
afterAll(() => {
  engine.free();
  rmSync(folder, { recursive: true, force: true });
});

/** What stops a deployment, and a value outside its list, which AWS's validator only warns of. */
function faults(template: object): readonly string[] {
  const file = join(folder, "template.json");
  writeFileSync(file, JSON.stringify(template));
  return engine
    .validateStandard(new TemplateFile(file))
    .diagnostics.filter(({ severity, ruleId }) => /^(fatal|error)$/i.test(severity) || ruleId === "W3030")
    .map(({ ruleId, message }) => `${ruleId} ${message}`);
}

test("AWS's own validator has nothing against a stack with every alarm, rule and filter, and its dashboard", () => {
  expect(faults(watchedTemplate(watchedPlan()))).toEqual([]);
});

test("it would have, against an alarm that compares as none can", () => {
  const { Resources } = structuredClone(watchedTemplate(watchedPlan())) as unknown as {
    readonly Resources: Record<string, { readonly Properties: Record<string, unknown> }>;
  };
  Resources["FaultsAlarm"]!.Properties["ComparisonOperator"] = "Over";
  expect(faults({ AWSTemplateFormatVersion: "2010-09-09", Resources })).toEqual([expect.stringContaining("Over")]);
});

test("only alarms of this account, and EventBridge, may speak to the topic", () => {
  const { PolicyDocument } = (
    alarmTopicResources()[`${TOPIC_ID}Policy`] as unknown as {
      readonly Properties: { readonly PolicyDocument: { readonly Statement: readonly object[] } };
    }
  ).Properties;
  expect(PolicyDocument.Statement).toMatchObject([
    {
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
    },
    { Principal: { Service: "events.amazonaws.com" }, Action: "sns:Publish" },
  ]);
});

test("in another region there is a topic and a rule where there are keys, and nothing where there are none", () => {
  const { Resources, Outputs } = regionWatch({ keyArns: [BILLING_KEY] });
  expect(Object.keys(Resources)).toEqual([TOPIC_ID, `${TOPIC_ID}Policy`, "KeyChangedRule"]);
  expect(Outputs).toEqual({ AlarmTopicArn: { Value: { Ref: TOPIC_ID } } });
  expect(faults({ AWSTemplateFormatVersion: "2010-09-09", Resources, Outputs })).toEqual([]);
  expect(regionWatch({ keyArns: [] })).toEqual({ Resources: {}, Outputs: {} });
});
