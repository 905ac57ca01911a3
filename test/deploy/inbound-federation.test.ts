import { expect, test } from "vitest";
import { planDigest } from "../../claims/digest.ts";
import { deploymentFiles } from "../../deploy/deployment-files.ts";
import { federationTemplate } from "../../deploy/inbound-federation.ts";
import type { TemplateValue } from "../../deploy/policy-document.ts";
import { federatedPlan } from "../claims/a-federated-map.ts";
import { aPlan } from "../claims/a-plan.ts";

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
