import { describe, expect, test } from "vitest";
import { planDigest } from "../../claims/digest.ts";
import { cloudFormationParts } from "../../deploy/cloudformation.ts";
import { deploymentFiles } from "../../deploy/deployment-files.ts";
import { federationParts, federationTemplate } from "../../deploy/inbound-federation.ts";
import type { TemplateValue } from "../../deploy/policy-document.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import { sessionOfRole } from "../../local/policy/caller.ts";
import { requestContext } from "../../local/policy/condition.ts";
import { evaluateIdentityPolicies } from "../../local/policy/evaluate.ts";
import type { PolicyDocument } from "../../local/policy/policy.ts";
import { readPolicy } from "../../local/policy/read-policy.ts";
import { federatedPlan } from "../claims/a-federated-map.ts";
import { aPlan } from "../claims/a-plan.ts";
import { ACCOUNT, CARE_KEY, ISSUER } from "./a-deployment.ts";
import { allowed, DENIED, denied, type Guarded, unnoticed, wrong } from "./probes.ts";

const plan = federatedPlan();
const template = federationTemplate(plan);

type Resource = { readonly Type: string; readonly Properties: { readonly [name: string]: TemplateValue } };

function resource(id: string): Resource {
  return template?.Resources[id] as Resource;
}

/** Every name that a part of a template refers to. */
function references(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: readonly [string, unknown]) => {
    if (key === "Ref") return [String(inner)];
    if (key === "Fn::GetAtt") return [String((inner as readonly unknown[])[0])];
    if (key === "Fn::Sub") return [...String(inner).matchAll(/\$\{([\w:]+)\}/g)].map(([, name = ""]) => name);
    return references(inner);
  });
}

test("`build` writes a stack for it where a map has a federation, and none where it has not", () => {
  expect(deploymentFiles(plan)).toHaveProperty(["federation.template.json"], template);
  expect(Object.keys(deploymentFiles(aPlan()))).not.toContain("federation.template.json");
});

test("the function runs the bundle by the plan that was built, for one pool, no longer than Cognito waits", () => {
  const { Properties } = resource("FederationFunction");
  expect(Properties).toMatchObject({
    Handler: "federation.handler",
    Timeout: 5,
    Environment: {
      Variables: { CLAIMSEAL_PLAN_SHA256: planDigest(plan), CLAIMSEAL_POOLS: { Ref: "UserPool" } },
    },
  });
});

test("its role may write its own log and nothing else, and that pool alone may invoke it", () => {
  const { Policies, ...rest } = resource("FederationRole").Properties;
  expect(Policies).toEqual([
    {
      PolicyName: "its-own-log",
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "WriteOwnLog",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: { "Fn::GetAtt": ["FederationLog", "Arn"] },
          },
        ],
      },
    },
  ]);
  expect(Object.keys(rest)).toEqual(["AssumeRolePolicyDocument"]);
  expect(resource("FederationPermission").Properties).toMatchObject({
    Principal: "cognito-idp.amazonaws.com",
    SourceArn: {
      "Fn::Sub": "arn:${AWS::Partition}:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/${UserPool}",
    },
    SourceAccount: { Ref: "AWS::AccountId" },
  });
});

test("everything it refers to is there, and the log holds as it is told", () => {
  const { Parameters = {}, Resources = {}, Outputs } = template ?? {};
  const there = new Set([...Object.keys(Parameters), ...Object.keys(Resources)]);
  const missing = references({ Resources, Outputs }).filter((name) => !name.startsWith("AWS::") && !there.has(name));
  expect(missing).toEqual([]);
  expect(resource("FederationLog").Properties).toEqual({ RetentionInDays: { Ref: "LogRetention" } });
});

describe("of its role's policy", () => {
  const policy = resolveTemplate(
    (resource("FederationRole").Properties["Policies"] as readonly TemplateValue[])[0] ?? null,
    {
      refs: {},
      attributes: { FederationLog: { Arn: `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:federation:*` } },
    },
  ) as unknown as { readonly PolicyDocument: PolicyDocument };
  let current: readonly PolicyDocument[] = [policy.PolicyDocument];
  const ask = async (action: string, asked: string): Promise<string> => {
    const documents = current.map((each) => readPolicy(each, "identity"));
    const request = { caller: sessionOfRole(ISSUER), action, resource: asked, context: requestContext([]) };
    return evaluateIdentityPolicies(documents, request) === "allow" ? "allowed" : DENIED;
  };
  const stream = (group: string): string => `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:${group}:log-stream:x`;
  const guarded: Guarded = {
    policies: current,
    put: (changed) => {
      current = changed;
    },
    probes: [
      allowed("starts a log stream", () => ask("logs:CreateLogStream", stream("federation"))),
      allowed("writes its log", () => ask("logs:PutLogEvents", stream("federation"))),
      denied("writes another's log", () => ask("logs:PutLogEvents", stream("trigger"))),
      denied("reads its log", () => ask("logs:GetLogEvents", stream("federation"))),
      denied("reads a table", () => ask("dynamodb:GetItem", `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/staff`)),
      denied("makes a data key", () => ask("kms:GenerateDataKey", CARE_KEY)),
      denied("changes a person", () => ask("cognito-idp:AdminUpdateUserAttributes", "*")),
    ],
  };

  test("all that it does is allowed, and nothing near it", async () => {
    expect(await wrong(guarded)).toEqual([]);
  });

  test("nothing could be left out, or reach further", async () => {
    expect(await unnoticed(guarded)).toEqual([]);
  });
});

test("in the stack of the trigger for tokens it is a function by the framework's names, and a pool of the stack is told", () => {
  const { functions, template: parts } = federationParts(plan);
  expect(functions).toMatchObject({ inboundFederation: { role: "FederationRole", timeout: 5 } });
  expect(parts.existing.Resources).not.toHaveProperty("UserPool");
  expect(parts.new.Resources["UserPool"]).toEqual({
    Properties: {
      LambdaConfig: {
        InboundFederation: { LambdaArn: { Ref: "InboundFederationProvConcLambdaAlias" }, LambdaVersion: "V1_0" },
      },
    },
  });
  expect(federationParts(aPlan())).toEqual({
    functions: {},
    template: { new: { Resources: {} }, existing: { Resources: {} } },
  });
});

test("its errors are watched where the stack has it, and the dashboard shows the alarm", () => {
  const { anybody } = cloudFormationParts(plan).alarms.all;
  expect(anybody.Resources["ProvidersRefusedAlarm"]).toMatchObject({
    Properties: {
      Namespace: "AWS/Lambda",
      MetricName: "Errors",
      Dimensions: [{ Name: "FunctionName", Value: { Ref: "InboundFederationLambdaFunction" } }],
      EvaluationPeriods: 15,
      DatapointsToAlarm: 3,
    },
  });
  expect(JSON.stringify(anybody.Resources["Dashboard"])).toContain("ProvidersRefusedAlarm");
  expect(cloudFormationParts(aPlan()).alarms.all.anybody.Resources).not.toHaveProperty("ProvidersRefusedAlarm");
});
